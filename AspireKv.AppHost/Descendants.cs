using System.Security.Cryptography;

namespace AspireKv.AppHost;

/// <summary>
/// Every process that runs because this AppHost does: orchestrator, dashboard and services. All of them inherit an environment variable
/// that no other AppHost's have, whoever their parent is by now; Linux shows it.
/// </summary>
/// <remarks>
/// Aspire waits for the services when it stops, and not for orchestrator and dashboard, which go after them.
/// </remarks>
internal sealed class Descendants
{
    private const string Variable = "ASPIREKV_APPHOST_RUN";

    /// <summary>The argument of the orchestrator that starts the others; Aspire calls its program for questions too.</summary>
    private const string OrchestratorCommand = "start-apiserver";

    /// <summary>The orchestrator gives a service 5 s before it kills it, and goes when it has none left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly string _mark;

    private Descendants(string mark) => _mark = mark;

    /// <summary>Whether the orchestrator runs, which starts all the others; not known where Linux shows no process.</summary>
    public bool HasOrchestrator => All.Any(static id => LinuxProcess.ReadCommandLine(id).Contains(OrchestratorCommand));

    private IEnumerable<int> All => LinuxProcess.All.Where(id => LinuxProcess.ReadEnvironment(id).Contains(_mark));

    /// <summary>Marks whatever this process starts from now on.</summary>
    public static Descendants Mark()
    {
        var run = RandomNumberGenerator.GetHexString(32);
        Environment.SetEnvironmentVariable(Variable, run);
        return new Descendants($"{Variable}={run}");
    }

    /// <summary>Waits until all have ended, for 15 s at most; where Linux shows none, not at all.</summary>
    public async Task EndAsync(TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (All.Any() && time.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(LookInterval, time);
        }
    }
}
