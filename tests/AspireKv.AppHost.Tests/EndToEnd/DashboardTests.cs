using System.Text.RegularExpressions;
using AspireKv.LocalHost.Processes;
using Microsoft.Playwright;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The dashboard as a user sees it, in a real browser: Debian's Chromium, driven by Playwright.</summary>
public sealed class DashboardTests : IDisposable
{
    private const string Browser = "/usr/bin/chromium";
    private const float LimitMilliseconds = 60_000;
    private static readonly string[] Resources = ["auth", "gateway", "node1", "node2", "node3"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [ChromiumFact]
    public async Task Dashboard_ShowsResourcesAndLogs_AndStopsAndStartsANode()
    {
        using (var appHost = RunningAppHost.Start(_directory.Path, FreePorts.Row(RunningAppHost.PortCount), hasDashboard: true))
        {
            await appHost.ReadyAsync();
            await DriveAsync(await appHost.FindDashboardAsync(), appHost);

            Assert.True(await appHost.EndedAsync(UnixSignals.Terminate) == 0, appHost.Output);
        }

        Assert.Empty(DataRootUsers.Of(_directory.Path));
    }

    private static async Task DriveAsync(string link, RunningAppHost appHost)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browser,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1600, Height = 900 } });
        page.SetDefaultTimeout(LimitMilliseconds);
        await page.GotoAsync(link);
        foreach (var resource in Resources)
        {
            await ShowsAsync(Row(page, resource), "Running");
        }

        await Row(page, "node2").GetByTitle("Stop the process.", new LocatorGetByTitleOptions { Exact = true }).ClickAsync();
        await ShowsAsync(Row(page, "node2"), "Exited|Finished");
        await appHost.PostAsync("/set-value", new { key = "without", value = "node2" });
        await Row(page, "node2").GetByTitle("Start the process.", new LocatorGetByTitleOptions { Exact = true }).ClickAsync();
        await ShowsAsync(Row(page, "node2"), "Running");

        await page.GotoAsync(new Uri(new Uri(link), "/consolelogs/resource/node2").ToString());
        await page.GetByText(new Regex("takes part in cluster")).First.WaitForAsync();
    }

    private static ILocator Row(IPage page, string resource) =>
        page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { Has = page.GetByText(resource, new PageGetByTextOptions { Exact = true }) }).First;

    private static Task ShowsAsync(ILocator row, string text) => Assertions.Expect(row)
        .ToContainTextAsync(new Regex(text), new LocatorAssertionsToContainTextOptions { Timeout = LimitMilliseconds });

    /// <summary>Skipped, with the reason, where there is no Chromium or no dashboard.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ChromiumFactAttribute : FactAttribute
    {
        public ChromiumFactAttribute()
        {
            if (!File.Exists(Browser))
            {
                Skip = $"There is no {Browser} here.";
            }
            else if (!Directory.Exists(Repository.Combine("AspireKv.AppHost", ".aspire")))
            {
                Skip = "The build could not get the dashboard with npm.";
            }
        }
    }
}
