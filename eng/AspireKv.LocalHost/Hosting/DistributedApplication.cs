using System.Reflection;
using AspireKv.LocalHost;

namespace Aspire.Hosting;

/// <summary>An application of several processes, run on this machine.</summary>
public sealed class DistributedApplication
{
    private readonly LocalApplication _application;

    internal DistributedApplication(LocalApplication application) => _application = application;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        new DistributedApplicationBuilder(args, Assembly.GetEntryAssembly());

    /// <summary>Runs until SIGINT, SIGTERM or SIGHUP, then stops every process.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    public Task RunAsync(CancellationToken cancellationToken = default) => _application.RunAsync(cancellationToken);
}
