using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AspireKv.AppHost.Chaos;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The AppHost as a user runs it: a process with services of its own. Three nodes.</summary>
internal sealed partial class RunningAppHost : IDisposable
{
    /// <summary>How many ports a cluster of three and its dashboard take, from the first on.</summary>
    public const int PortCount = 10;

    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly HttpClient _http;

    private RunningAppHost(Process process, int gatewayPort, string mark)
    {
        _process = process;
        Mark = mark;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gatewayPort}") };
    }

    /// <summary>A word in the environment of every process that this AppHost starts.</summary>
    public string Mark { get; }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <param name="dataRoot">Where the cluster's data lie.</param>
    /// <param name="firstPort">The first of <see cref="PortCount"/> free ports.</param>
    /// <param name="more">Further arguments.</param>
    public static RunningAppHost Start(string dataRoot, int firstPort, params string[] more) =>
        Start(dataRoot, firstPort, environment: null, more);

    /// <summary>As whoever starts the binary itself does: nothing says what the launch profile says.</summary>
    /// <param name="dataRoot">Where the cluster's data lie.</param>
    /// <param name="firstPort">The first of <see cref="PortCount"/> free ports.</param>
    /// <param name="environment">The name of the environment.</param>
    public static RunningAppHost StartWithoutProfile(string dataRoot, int firstPort, string environment) =>
        Start(dataRoot, firstPort, environment);

    /// <summary>The built program itself, in Development, for a user who has nothing: no home, and so no certificate.</summary>
    /// <inheritdoc cref="Start(string, int, string[])"/>
    public static RunningAppHost StartProgram(string dataRoot, int firstPort, params string[] more)
    {
        var home = Directory.CreateDirectory(Path.Combine(dataRoot, "home")).FullName;
        var program = Repository.Combine("AspireKv.AppHost", "bin", Repository.Configuration, "net10.0", "AspireKv.AppHost");
        return Start([program], dataRoot, firstPort, [("HOME", home), .. Environments("Development")], more);
    }

    private static RunningAppHost Start(string dataRoot, int firstPort, string? environment, params string[] more) => Start(
        [
            "dotnet", "run", "--no-build", "--configuration", Repository.Configuration,
            "--project", Repository.Combine("AspireKv.AppHost"),
            environment is null ? "--launch-profile=http" : "--no-launch-profile", "--",
        ],
        dataRoot,
        firstPort,
        environment is null ? [] : Environments(environment),
        more);

    private static RunningAppHost Start(
        string[] command, string dataRoot, int firstPort, (string Name, string Value)[] variables, string[] more)
    {
        var mark = $"apphost-test-{Guid.CreateVersion7():N}";
        // A script that runs the tests in the background hands an ignored SIGINT down, and the AppHost would never end by it.
        var start = new ProcessStartInfo(
            "env",
            [
                "--default-signal=INT", .. command,
                "--nodes", "3", "--spares", "0", "--data-root", dataRoot, "--gateway-port", Number(firstPort),
                "--first-node-port", Number(firstPort + 1), "--first-peer-port", Number(firstPort + 4),
                // Further to the right than the environment variables of the launch profile.
                "--ASPNETCORE_URLS", Local(firstPort + 7), "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", Local(firstPort + 8),
                "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", Local(firstPort + 9), .. more,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["ASPIREKV_TEST_MARK"] = mark;
        return new RunningAppHost(Process.Start(start)!, firstPort, mark);
    }

    private static (string Name, string Value)[] Environments(string name) =>
        [("DOTNET_ENVIRONMENT", name), ("ASPNETCORE_ENVIRONMENT", name)];

    public async Task ReadyAsync()
    {
        await Eventually.TrueAsync(IsHealthyAsync, "the gateway is healthy", Said, Eventually.ForProcesses);
        using var login = await _http.PostAsJsonAsync("/login", new { email = "test@example.org" });
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Waits until the words stand on the console.</summary>
    public Task SaysAsync(string words) => Eventually.TrueAsync(
        () => Output.Contains(words, StringComparison.Ordinal), $"'{words}' on the console", Said, Eventually.ForProcesses);

    /// <summary>The link that logs in to the dashboard; it is printed once the dashboard is up.</summary>
    public async Task<string> FindDashboardAsync()
    {
        await Eventually.TrueAsync(
            () => LoginLink().IsMatch(Output), "the link to the dashboard is printed", Said, Eventually.ForProcesses);
        return LoginLink().Match(Output).Value;
    }

    public async Task<JsonElement> PostAsync(string route, object body)
    {
        using var answer = await _http.PostAsJsonAsync(route, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Sends a signal to the AppHost's own process, and waits until <c>dotnet run</c> above it has ended.</summary>
    public async Task<int> EndedAsync(int? signal = null)
    {
        if (signal is { } number)
        {
            var appHost = await FindAppHostAsync();
            Assert.True(UnixSignals.TrySend(appHost, (Signal)number));
        }

        await Eventually.CompletesAsync(_process.WaitForExitAsync(), "the AppHost ends", Said, Eventually.ForProcesses);
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

    private string Said() => $"{Output} {Errors}";

    private async Task<int> FindAppHostAsync()
    {
        string? line = null;
        await Eventually.TrueAsync(
            () => (line = Leftovers.Of(Mark).FirstOrDefault(static found => found.Contains("/AspireKv.AppHost ", StringComparison.Ordinal)
                && !found.Contains("dotnet run", StringComparison.Ordinal))) is not null,
            "the AppHost has a process of its own",
            Said,
            Eventually.ForProcesses);
        return int.Parse(line!.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private async Task<bool> IsHealthyAsync()
    {
        Assert.False(_process.HasExited, Output + Errors);
        try
        {
            using var answer = await _http.GetAsync("/health/all");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Keep(StringBuilder kept, string? line)
    {
        lock (kept)
        {
            kept.AppendLine(line);
        }
    }

    private static string Text(StringBuilder kept)
    {
        lock (kept)
        {
            return kept.ToString().Trim();
        }
    }

    private static string Local(int port) => "http://localhost:" + Number(port);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"http://\S+/login\?t=\w+")]
    private static partial Regex LoginLink();
}
