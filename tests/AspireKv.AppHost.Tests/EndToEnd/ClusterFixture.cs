namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>One application of three nodes, run by Aspire's own testing host, for all tests that do not end it.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-cluster-").FullName;

    internal static readonly string[] Nodes = ["node1", "node2", "node3"];

    internal HostedCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Cluster = await HostedCluster.StartAsync(_directory, Nodes, ["--nodes", "3", "--spares", "0"]);

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
