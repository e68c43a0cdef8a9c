using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>A cluster in Development, as the one that the documents' examples are written for.</summary>
public sealed class DevelopmentClusterFixture : IAsyncLifetime
{
    internal ClusterProcesses Cluster { get; } = new(nodeCount: 3, environment: "Development");

    public Task InitializeAsync() => Cluster.StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
