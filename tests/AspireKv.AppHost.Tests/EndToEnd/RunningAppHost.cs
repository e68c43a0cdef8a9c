using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AspireKv.LocalHost.Processes;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The AppHost as a user runs it: a process with services of its own. Three nodes.</summary>
internal sealed partial class RunningAppHost : IDisposable
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _http;

    private RunningAppHost(Process process, int gatewayPort)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gatewayPort}") };
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="dataRoot">Where the cluster's data lie.</param>
    /// <param name="firstPort">The first of <see cref="PortCount"/> free ports.</param>
    /// <param name="hasDashboard">False to spare the time that the dashboard takes.</param>
    public static RunningAppHost Start(string dataRoot, int firstPort, bool hasDashboard = false)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Repository.Combine("AspireKv.AppHost", "bin", Repository.Configuration, "net10.0", "AspireKv.AppHost.dll"),
                "--nodes", "3", "--data-root", dataRoot,
                "--gateway-port", Text(firstPort), "--first-node-port", Text(firstPort + 1), "--first-peer-port", Text(firstPort + 4),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        if (!hasDashboard)
        {
            start.Environment["ASPIRE_DASHBOARD_PATH"] = "/nowhere";
        }

        return new RunningAppHost(Process.Start(start)!, firstPort);
    }

    /// <summary>How many ports a cluster of three takes, from the first on.</summary>
    public const int PortCount = 7;

    public async Task ReadyAsync()
    {
        using var limit = new CancellationTokenSource(ReadyLimit);
        while (!await IsHealthyAsync())
        {
            Assert.False(_process.HasExited, Output);
            Assert.False(limit.IsCancellationRequested, $"Waited {ReadyLimit.TotalSeconds:0} s for the gateway to be healthy. {Output}");
            await Task.Delay(AskInterval, TimeProvider.System);
        }

        using var login = await _http.PostAsJsonAsync("/login", new { email = "test@example.org" });
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The link that logs in to the dashboard; it is printed once the dashboard is up.</summary>
    public async Task<string> FindDashboardAsync()
    {
        using var limit = new CancellationTokenSource(ReadyLimit);
        while (true)
        {
            if (LoginLink().Match(Output) is { Success: true } match)
            {
                return match.Value;
            }

            Assert.False(limit.IsCancellationRequested, $"Waited {ReadyLimit.TotalSeconds:0} s for the link to the dashboard. {Output}");
            await Task.Delay(AskInterval, TimeProvider.System);
        }
    }

    public async Task<JsonElement> PostAsync(string route, object body)
    {
        using var answer = await _http.PostAsJsonAsync(route, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<int> EndedAsync(int? signal = null)
    {
        if (signal is { } number)
        {
            UnixSignals.Send(_process.Id, number);
        }

        await _process.WaitForExitAsync().WaitAsync($"the AppHost to end. {Output}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/health");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [GeneratedRegex(@"http://\S+/login\?t=\w+")]
    private static partial Regex LoginLink();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
