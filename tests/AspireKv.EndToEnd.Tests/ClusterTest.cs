using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>A test on the shared cluster: all services are healthy when it starts; when it fails it shows what they wrote.</summary>
[Collection(ClusterCollection.Name)]
public abstract class ClusterTest(ClusterFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int LinesShown = 100;

    internal ClusterProcesses Cluster { get; } = fixture.Cluster;

    internal GatewayClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        foreach (var service in Cluster.Services)
        {
            service.Output.Clear();
        }

        await Cluster.StartAsync();
        Client = await GatewayClient.LogInAsync(Cluster.Gateway.Address);
    }

    public Task DisposeAsync()
    {
        Client?.Dispose();
        foreach (var service in Cluster.Services)
        {
            output.WriteLine($"--- {service.Name}, the last {LinesShown} lines");
            output.WriteLine(service.Output.Tail(LinesShown));
        }

        return Task.CompletedTask;
    }
}
