using System.Text.RegularExpressions;
using AspireKv.Testing.Programs;
using Microsoft.Playwright;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The dashboard as a user sees it, in a real browser: Debian's Chromium, driven by Playwright.</summary>
public sealed class DashboardTests : IDisposable
{
    private const string Browser = "/usr/bin/chromium";
    private const float LimitMilliseconds = 60_000;

    /// <summary>The red badge of a resource that logged errors: their number, and no word.</summary>
    private const string Badge = ".unread-logs-errors-link";

    private static readonly string[] Services = ["auth", "gateway", "node1", "node2", "node3"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [ChromiumFact]
    public async Task Dashboard_HealthyCluster_ShowsResourcesLogsTracesAndMetricsAndNoError()
    {
        using var appHost = RunningAppHost.Start(_directory.Path, FreePorts.Row(RunningAppHost.PortCount));
        await appHost.ReadyAsync();
        await appHost.PostAsync("/set-value", new { key = "traced", value = "to the disks" });

        await DriveAsync(await appHost.FindDashboardAsync(), appHost);

        await appHost.EndedAsync(RunningAppHost.Terminate);
    }

    private async Task DriveAsync(string link, RunningAppHost appHost)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browser,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1600, Height = 900 } });
        page.SetDefaultTimeout(LimitMilliseconds);
        await page.GotoAsync(link);

        await ShowsHealthyResourcesAsync(page);
        await ShowsLinksAsync(page);
        foreach (var service in Services)
        {
            await GoToAsync(page, link, "/structuredlogs/resource/" + service);
            await page.GetByText("Application started.").First.WaitForAsync();
            await GoToAsync(page, link, "/metrics/resource/" + service);
            await page.GetByText("memory_usage_bytes").First.WaitForAsync();
        }

        await ShowsTraceToTheDisksAsync(page, link);
        await StopsAndStartsANodeAsync(page, link, appHost);
        await ShowsABadgeForAnErrorAsync(page, link);
    }

    private static async Task ShowsHealthyResourcesAsync(IPage page)
    {
        foreach (var resource in Services.Append("storage"))
        {
            await ShowsAsync(Row(page, resource), @"Running(?! \()");
        }

        var text = await page.Locator("body").InnerTextAsync();
        Assert.DoesNotContain("certificate", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("error", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await page.Locator(Badge).CountAsync());
    }

    private static async Task ShowsLinksAsync(IPage page)
    {
        foreach (var (label, path) in new[] { ("API reference", "/scalar"), ("Metrics", "/metrics"), ("Health", "/health") })
        {
            var shown = Row(page, "gateway").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = label });
            var target = await shown.GetAttributeAsync("href");
            Assert.EndsWith(path, target, StringComparison.Ordinal);
            using var http = new HttpClient();
            using var answer = await http.GetAsync(target);
            Assert.True(answer.IsSuccessStatusCode, target);
        }
    }

    /// <summary>A write is one trace: from the gateway to the syncs of the WAL.</summary>
    private static async Task ShowsTraceToTheDisksAsync(IPage page, string link)
    {
        await GoToAsync(page, link, "/traces");
        await page.GetByText("POST /set-value").First.ClickAsync();
        await ShowsAsync(page.Locator("body"), "wal sync");
        await ShowsAsync(page.Locator("body"), "kv Put");
    }

    private static async Task StopsAndStartsANodeAsync(IPage page, string link, RunningAppHost appHost)
    {
        await GoToAsync(page, link, "/");
        await Row(page, "node2").GetByTitle("Stop resource").ClickAsync();
        await ShowsAsync(Row(page, "node2"), "Exited|Finished");
        await appHost.PostAsync("/set-value", new { key = "without", value = "node2" });
        await Row(page, "node2").GetByTitle("Start resource").ClickAsync();
        await ShowsAsync(Row(page, "node2"), @"Running(?! \()");
        await GoToAsync(page, link, "/consolelogs/resource/node2");
        await page.GetByText(new Regex("takes part in cluster")).First.WaitForAsync();
    }

    /// <summary>
    /// A node with a damaged file says so as an error, and is rebuilt. Were the badge called otherwise, no test would miss it.
    /// </summary>
    private async Task ShowsABadgeForAnErrorAsync(IPage page, string link)
    {
        await GoToAsync(page, link, "/");
        await Row(page, "node2").GetByTitle("Stop resource").ClickAsync();
        await ShowsAsync(Row(page, "node2"), "Exited|Finished");
        File.WriteAllBytes(_directory.Combine("node2", "founding"), [0]);
        await Row(page, "node2").GetByTitle("Start resource").ClickAsync();
        await Row(page, "node2").Locator(Badge).WaitForAsync();
    }

    private static Task<IResponse?> GoToAsync(IPage page, string link, string path) =>
        page.GotoAsync(new Uri(new Uri(link), path).ToString());

    private static ILocator Row(IPage page, string resource) =>
        page.GetByRole(AriaRole.Row)
            .Filter(new LocatorFilterOptions { Has = page.GetByText(resource, new PageGetByTextOptions { Exact = true }) }).First;

    private static Task ShowsAsync(ILocator element, string text) => Assertions.Expect(element)
        .ToContainTextAsync(new Regex(text), new LocatorAssertionsToContainTextOptions { Timeout = LimitMilliseconds });

    /// <summary>A test that needs Chromium, which may not be installed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ChromiumFactAttribute : FactAttribute
    {
        public ChromiumFactAttribute() => Skip = MissingProgram.SkipReason(Browser, File.Exists(Browser));
    }
}
