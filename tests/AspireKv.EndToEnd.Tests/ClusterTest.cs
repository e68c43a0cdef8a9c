using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// A test on the shared cluster: when it starts all services are healthy, know each other, and vote in all their partitions, whatever the
/// test before did to them; when it fails it shows what they wrote.
/// </summary>
[Collection(ClusterCollection.Name)]
public abstract class ClusterTest(ClusterFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int LinesShown = 100;
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(60);

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
        await Wait.UntilAsync("every node is reached and votes in all its partitions", WholeLimit, Client.IsWholeAsync);
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
