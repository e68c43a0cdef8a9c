using System.Text.Json;
using AspireKv.Cluster.Status;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.ClusterStatus;

public sealed class ClusterTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Health_KeysAndQuorums_IsHealthy()
    {
        var gateway = fixture.Fresh();
        Assert.Equal(200, await StatusAsync(gateway, "/health"));
    }

    [Fact]
    public async Task Health_FollowsTheQuorums()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Nodes[0].Liveness = NodeLiveness.Dead;
        Assert.Equal(200, await StatusAsync(gateway, "/health"));
        Assert.Equal(200, await StatusAsync(gateway, "/health/all"));
        gateway.Nodes[1].Liveness = NodeLiveness.Suspect;
        Assert.Equal(503, await StatusAsync(gateway, "/health"));
        Assert.Equal(503, await StatusAsync(gateway, "/health/all"));
        Assert.Equal(200, await StatusAsync(gateway, "/alive"));
        gateway.Nodes[1].Liveness = NodeLiveness.Alive;
        Assert.Equal(200, await StatusAsync(gateway, "/health"));
    }

    /// <summary>
    /// Each partition on one node: with a node gone a part of the keys is served, and taking this gateway out would refuse them too.
    /// </summary>
    [Fact]
    public async Task Health_WithAPartOfThePartitionsServed_IsDegradedUntilNoneIs()
    {
        await using var gateway = await TestGateway.StartAsync(replicationFactor: 1);
        Assert.Equal(200, await StatusAsync(gateway, "/health/all"));
        gateway.Nodes[0].Liveness = NodeLiveness.Dead;

        var answer = await gateway.Client.GetAsync("/health");
        Assert.Equal(200, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"status\":\"Degraded\"", text, StringComparison.Ordinal);
        Assert.Matches("[1-9][0-9]* of 16 partitions have no live quorum", text);
        Assert.Equal(503, await StatusAsync(gateway, "/health/all"));

        gateway.Nodes[1].Liveness = gateway.Nodes[2].Liveness = NodeLiveness.Dead;
        Assert.Equal(503, await StatusAsync(gateway, "/health"));
    }

    [Fact]
    public async Task Health_BeforeTheClusterIsKnown_IsUnhealthy()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        Assert.Equal(503, await StatusAsync(gateway, "/health"));
    }

    [Fact]
    public async Task Cluster_TellsMembersAndPartitions()
    {
        await using var gateway = await TestGateway.StartAsync(maxValueBytes: 4711);
        gateway.Nodes[2].Liveness = NodeLiveness.Dead;
        gateway.Nodes[0].Holder = gateway.Nodes[1].Id;
        gateway.Nodes[1].Holder = gateway.Nodes[1].Id;
        await gateway.Client.GetAsync("/v1/kv/ns/k");

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/cluster"));
        var root = json.RootElement;
        Assert.Equal(gateway.Founding.ClusterId, root.GetProperty("clusterId").GetGuid());
        Assert.Equal(3, root.GetProperty("replicationFactor").GetInt32());
        Assert.Equal(4711, root.GetProperty("maxValueBytes").GetInt32());
        Assert.Equal(["node1 alive", "node2 alive", "node3 dead"], root.GetProperty("members").EnumerateArray()
            .Select(member => $"{member.GetProperty("name").GetString()} {member.GetProperty("liveness").GetString()}"));
        var partitions = root.GetProperty("partitions").EnumerateArray().ToArray();
        Assert.Equal(TestGateway.PartitionCount, partitions.Length);
        var partition = partitions[TestGateway.PartitionOf("ns", "k")];
        Assert.Equal(2, partition.GetProperty("coordinator").GetInt32());
        Assert.Equal("3.1", partition.GetProperty("ballot").GetString());
        Assert.Equal(1, partition.GetProperty("epoch").GetInt64());
        Assert.Equal(3, partition.GetProperty("replicas").GetArrayLength());
        Assert.True(partition.GetProperty("hasQuorum").GetBoolean());
    }

    [Fact]
    public async Task Cluster_BeforeItIsFounded_HasTheSameMembersAsTheDocument()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/cluster"));
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));

        var schema = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("Cluster");
        var told = json.RootElement.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Equal(schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()), told);
        Assert.Equal(schema.GetProperty("properties").EnumerateObject().Select(member => member.Name), told);
        Assert.Equal(
            ["clusterId", "replicationFactor", "maxValueBytes"],
            json.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Null).Select(member => member.Name));
    }

    private static async Task<int> StatusAsync(TestGateway gateway, string path) => (int)(await gateway.Client.GetAsync(path)).StatusCode;
}
