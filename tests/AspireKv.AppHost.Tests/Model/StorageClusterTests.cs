namespace AspireKv.AppHost.Tests.Model;

public sealed class StorageClusterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void AddStorageCluster_ThreeNodes_GivesEachItsPlaceAndItsPeers()
    {
        using var setup = Setup();
        var cluster = AddCluster(setup);

        Assert.Equal(["node1", "node2", "node3"], cluster.Nodes.Select(static node => node.Name));
        var second = VariablesOf(cluster.Nodes[1].Project.Resource);
        Assert.Equal("2", second["Node__Id"]);
        Assert.Equal("127.0.0.1:17102", second["Node__PeerEndpoint"]);
        Assert.Equal(_directory.Combine("node2"), second["Node__DataDirectory"]);
        Assert.Equal("3", second["Cluster__ReplicationFactor"]);
        Assert.Equal("node1", second["Cluster__Members__1"]);
        Assert.Equal("node3", second["Cluster__Members__3"]);
        Assert.Equal("tcp://127.0.0.1:17101", second["services__node1__peer__0"]);
        Assert.Equal("tcp://127.0.0.1:17103", second["services__node3__peer__0"]);
        Assert.Equal(setup.DataRoot.Credential, second["Cluster__Credential"]);
        Assert.Equal("http://localhost:13001", second["services__auth__http__0"]);
    }

    [Fact]
    public void AddStorageCluster_Nodes_WaitForNobody()
    {
        using var setup = Setup();

        Assert.All(AddCluster(setup).Nodes, static node => Assert.Empty(node.Project.Resource.WaitsFor));
    }

    [Fact]
    public void AddStorageCluster_Nodes_ListenWhereTheSettingsSay()
    {
        using var setup = Setup();

        var endpoints = AddCluster(setup).Nodes[2].Project.Resource.Endpoints;

        Assert.Equal(["http://localhost:17003", "tcp://localhost:17103"], endpoints.Select(static endpoint => endpoint.Url));
    }

    public void Dispose() => _directory.Dispose();

    private StorageCluster AddCluster(ClusterSetup setup)
    {
        var auth = _builder.AddProject<Projects.AspireKv_StorageNode>("auth", launchProfileName: null).WithHttpEndpoint(port: 13001);
        return _builder.AddStorageCluster(setup, auth);
    }

    private ClusterSetup Setup()
    {
        var settings = new ClusterSettings(3, 3, _directory.Path, GatewayPort: 13000, FirstNodePort: 17001, FirstPeerPort: 17101);
        Assert.True(DataRoot.TryOpen(settings.DataRoot, out var root, out var problem), problem);
        return new ClusterSetup(settings, root);
    }

    private static Dictionary<string, string> VariablesOf(ProjectResource project) =>
        project.Environment.GroupBy(static variable => variable.Name)
            .ToDictionary(static values => values.Key, static values => values.Last().Value());
}
