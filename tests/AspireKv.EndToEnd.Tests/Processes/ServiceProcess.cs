using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>
/// One service, run from its build output as a process of its own and configured by nothing but environment variables. It can be killed,
/// stopped and started again; whatever happens, its process ends with the test run.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentDictionary<Process, string> Running = new();
    private static readonly string[] OwnPrefixes =
    [
        "ASPNETCORE_", "OTEL_", "services__", "Cluster__", "Node__", "Auth__", "AccessTokens__", "Telemetry__", "Logging__", "Storage__",
        "Tombstones__", "Management__",
    ];

    private readonly string _project;
    private Process? _process;

    static ServiceProcess()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var process in Running.Keys)
            {
                process.Kill();
            }
        };
    }

    /// <param name="name">What messages call it.</param>
    /// <param name="project">The project whose build output runs.</param>
    /// <param name="httpPort">The loopback port of its HTTP endpoints.</param>
    /// <param name="environment">Its configuration; what it inherits of the same sections is taken away.</param>
    public ServiceProcess(string name, string project, int httpPort, IEnumerable<KeyValuePair<string, string>> environment)
    {
        Name = name;
        _project = project;
        Address = new Uri($"http://127.0.0.1:{httpPort}");
        Environment = new(environment) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{httpPort}" };
    }

    public string Name { get; }

    /// <summary>Where its HTTP endpoints are.</summary>
    public Uri Address { get; }

    /// <summary>Where operators ask; its own address where its environment names no other.</summary>
    public Uri Management => Environment.TryGetValue("Management__Url", out var url) ? new Uri(url) : Address;

    /// <summary>Takes effect at the next start.</summary>
    public Dictionary<string, string> Environment { get; }

    public ConsoleOutput Output { get; } = new();

    public bool IsRunning => _process is { HasExited: false };

    /// <param name="arguments">What stands behind the name of the program.</param>
    public void Start(params string[] arguments)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} runs already.");
        }

        var assembly = Repository.AssemblyOf(_project);
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(assembly),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(IsOwn).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (key, value) in Environment)
        {
            start.Environment[key] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(isError: false, line.Data);
        process.ErrorDataReceived += (_, line) => Collect(isError: true, line.Data);
        process.Start();
        Running.TryAdd(process, Name);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Ends the process at once (SIGKILL), as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await WaitForExitAsync(StopLimit);
        }
    }

    /// <summary>Halts the process where it is (SIGSTOP): it is there, its connections stay, and nothing is answered.</summary>
    public void Pause() => Signals.Pause(_process!.Id);

    /// <summary>Lets the halted process go on (SIGCONT).</summary>
    public void Resume() => Signals.Resume(_process!.Id);

    /// <summary>Asks the process to stop (SIGTERM) and waits until it did.</summary>
    /// <returns>Its exit code; 0 when it did not run.</returns>
    /// <exception cref="TimeoutException">It did not stop in time; it was killed.</exception>
    public async Task<int> StopAsync()
    {
        if (IsRunning)
        {
            Signals.Terminate(_process!.Id);
        }

        return await WaitForExitAsync(StopLimit);
    }

    /// <summary>Waits until the process has ended by itself, and all it wrote is in <see cref="Output"/>.</summary>
    /// <returns>Its exit code; 0 when it was never started.</returns>
    /// <exception cref="TimeoutException">It did not end in time; it was killed.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        if (_process is not { } process)
        {
            return 0;
        }

        try
        {
            await process.WaitForExitAsync().WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"{Name} did not end within {limit.TotalSeconds} s. Its last lines:\n{Output.Tail(50)}");
        }

        Running.TryRemove(process, out _);
        _process = null;
        var exitCode = process.ExitCode;
        process.Dispose();
        return exitCode;
    }

    /// <exception cref="InvalidOperationException">The process ended.</exception>
    /// <exception cref="TimeoutException">It did not become healthy in time.</exception>
    public async Task WaitForHealthAsync(HttpClient client, string path, TimeSpan limit)
    {
        var answer = "no answer";
        try
        {
            await Wait.UntilAsync($"{Name} answers 200 at /{path}", limit, async () =>
            {
                if (!IsRunning)
                {
                    throw new InvalidOperationException($"{Name} has ended. Its last lines:\n{Output.Tail(50)}");
                }

                (var isHealthy, answer) = await AskHealthAsync(client, path);
                return isHealthy;
            });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} Last answer: {answer}. Its last lines:\n{Output.Tail(50)}");
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static bool IsOwn(string variable) => OwnPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private async Task<(bool IsHealthy, string Answer)> AskHealthAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(Management, path));
            return (response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return (false, exception.Message);
        }
    }

    private void Collect(bool isError, string? line)
    {
        if (line is not null)
        {
            Output.Add(isError, line);
        }
    }
}
