using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>A cluster in Development, as the one that the documents' examples are written for.</summary>
public sealed class DevelopmentClusterFixture : IAsyncLifetime
{
    internal ClusterProcesses Cluster { get; } = new(nodeCount: 3, environment: "Development");

    /// <summary>The documents show a cluster whose members have all heard of one another, which its health does not wait for.</summary>
    public async Task InitializeAsync()
    {
        await Cluster.StartAsync();
        using var client = await GatewayClient.LogInAsync(Cluster.Gateway.Address);
        await Wait.UntilAsync("every member sees every other one alive", TimeSpan.FromSeconds(30), client.IsWholeAsync);
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
