using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests;

/// <summary>One three-node cluster for all tests of the collection; each leaves it as it likes and finds it whole.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal ClusterProcesses Cluster { get; } = new(nodeCount: 3);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
