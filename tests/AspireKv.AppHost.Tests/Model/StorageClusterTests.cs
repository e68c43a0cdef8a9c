using System.Globalization;
using Aspire.Hosting.Eventing;
using AspireKv.AppHost.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Tests.Model;

/// <summary>The model that AppHost.cs builds from, without anything being started.</summary>
public sealed class StorageClusterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ClusterHome _home;
    private readonly List<ClusterMember> _members;
    private readonly IDistributedApplicationEventing _eventing;

    public StorageClusterTests()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        _eventing = builder.Eventing;
        var settings = new ClusterSettings(
            Nodes: 3, Spares: 1, ReplicationFactor: 3, _directory.Path, GatewayPort: 13000, FirstNodePort: 17001, FirstPeerPort: 17101);
        Assert.True(DataRoot.TryOpen(settings.DataRoot, out var root, out var problem), problem);
        _home = new ClusterHome(settings, root, new ClusterNote(_directory.Path, new FoundedCluster(3, 3)));
        var auth = builder.AddService<Projects.AspireKv_Auth>("auth").WithHttpEndpoint(port: 13001, isProxied: false);
        _members = builder.AddStorageCluster("storage", _home, auth).Resource.Members;
        foreach (var endpoint in builder.Resources.SelectMany(static resource => resource.Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, endpoint.Port!.Value);
        }
    }

    [Fact]
    public async Task AddStorageCluster_ThreeNodes_GivesEachItsPlaceAndItsPeers()
    {
        Assert.Equal(["node1", "node2", "node3", "node4"], _members.Select(static member => member.Name));
        var second = await VariablesOf(_members[1]);

        Assert.Equal("2", second["Node__Id"]);
        Assert.Equal("127.0.0.1:17102", second["Node__PeerEndpoint"]);
        Assert.Equal(_directory.Combine("node2"), second["Node__DataDirectory"]);
        Assert.Equal("3", second["Cluster__ReplicationFactor"]);
        Assert.Equal("node1", second["Cluster__Members__1"]);
        Assert.Equal("node2", second["Cluster__Members__2"]);
        Assert.Equal("node3", second["Cluster__Members__3"]);
        Assert.Equal("http://localhost:13001", second["services__auth__http__0"]);
        Assert.Equal("tcp://127.0.0.1:17101", second["services__node1__peer__0"]);
        Assert.Equal("tcp://127.0.0.1:17103", second["services__node3__peer__0"]);
        Assert.Equal(_home.DataRoot.Credential, second["Cluster__Credential"]);
    }

    /// <summary>A founding waits for all members that it is told of, and a spare node may never start.</summary>
    [Fact]
    public async Task AddStorageCluster_SpareNode_KnowsTheOthersAndIsNamedByNone()
    {
        var spare = await VariablesOf(_members[3]);

        Assert.Equal("true", spare["Node__TakesShare"]);
        Assert.Equal(["node1", "node2", "node3", "node4"], MembersIn(spare));
        Assert.Equal("tcp://127.0.0.1:17101", spare["services__node1__peer__0"]);
        Assert.Equal("127.0.0.1:17104", spare["Node__PeerEndpoint"]);
        foreach (var founder in _members.Take(3))
        {
            Assert.Equal(["node1", "node2", "node3"], MembersIn(await VariablesOf(founder)));
        }
    }

    [Fact]
    public void AddStorageCluster_SpareNode_WaitsForAClickAndIsMissedByNobodyBefore()
    {
        Assert.Equal(
            [false, false, false, true],
            _members.Select(static member => member.Node.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()));
        Assert.Equal([true, true, true, false], _members.Select(static member => member.IsExpected));
    }

    [Fact]
    public async Task Node_RemovedAndStartedAgain_IsExpectedAndNotedAsRemovedNoMore()
    {
        _home.Note.Change(static noted => noted.WithRemoved(2).WithRemoved(4));
        _members[3].IsExpected = false;

        await using var services = new ServiceCollection().BuildServiceProvider();
        await _eventing.PublishAsync(new BeforeResourceStartedEvent(_members[3].Node.Resource, services));

        Assert.True(_members[3].IsExpected);
        Assert.Equal([2], FoundedCluster.Read(_directory.Path)!.Removed);
    }

    [Fact]
    public void AddStorageCluster_Nodes_WaitForNobody() =>
        Assert.All(_members, static member => Assert.Empty(member.Node.Resource.Annotations.OfType<WaitAnnotation>()));

    [Fact]
    public void AddStorageCluster_Nodes_ListenWhereTheSettingsSay() => Assert.Equal(
        ["http 17003 False", "peer 17103 False"],
        _members[2].Node.Resource.Annotations.OfType<EndpointAnnotation>()
            .Select(static endpoint => string.Create(
                CultureInfo.InvariantCulture, $"{endpoint.Name} {endpoint.Port} {endpoint.IsProxied}")));

    private static IEnumerable<string> MembersIn(Dictionary<string, string> variables) => variables
        .Where(static variable => variable.Key.StartsWith("Cluster__Members__", StringComparison.Ordinal))
        .Select(static variable => variable.Value)
        .Order(StringComparer.Ordinal);

    public void Dispose()
    {
        _home.Dispose();
        _directory.Dispose();
    }

    private static async Task<Dictionary<string, string>> VariablesOf(ClusterMember member)
    {
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), member.Node.Resource);
        foreach (var callback in member.Node.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var values = new Dictionary<string, string>();
        foreach (var name in context.EnvironmentVariables.Keys)
        {
            var value = context.EnvironmentVariables[name];
            values[name] = value is IValueProvider provider ? (await provider.GetValueAsync())! : (string)value;
        }

        return values;
    }
}
