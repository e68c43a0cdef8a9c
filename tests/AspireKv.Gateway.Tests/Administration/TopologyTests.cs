using System.Text.Json;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Administration;

public sealed class TopologyTests
{
    [Fact]
    public async Task Topology_OfAFounding_IsToldWhole()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync("/v1/admin/topology");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var root = json.RootElement;

        Assert.Equal("\"1\"", answer.Headers.ETag?.ToString());
        Assert.Equal("1.0", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "a topology may be kept");
        await SchemaCheck.AssertIsAsync(gateway, "Topology", root);
        Assert.Equal(gateway.Founding.ClusterId, root.GetProperty("clusterId").GetGuid());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("lastPlan").ValueKind);
        Assert.Equal(TestGateway.PartitionCount, root.GetProperty("partitions").GetArrayLength());
        var first = root.GetProperty("partitions")[0];
        Assert.Equal(gateway.Founding.Placement[0].Select(node => node.Value), Numbers(first, "replicas"));
        Assert.Equal((0, 1), (first.GetProperty("id").GetInt32(), first.GetProperty("epoch").GetInt32()));
        var system = root.GetProperty("system");
        await SchemaCheck.AssertIsAsync(gateway, "Assignment", system);
        Assert.Equal(TestGateway.PartitionCount, system.GetProperty("id").GetInt32());
        Assert.Equal([1, 2, 3], Numbers(system, "replicas"));
        var member = root.GetProperty("members")[0];
        await SchemaCheck.AssertIsAsync(gateway, "TopologyMember", member);
        Assert.Equal(
            """{"id":1,"name":"node1","address":null,"incarnation":"0000000000000001","registered":1,"state":"active"}""",
            member.GetRawText());
    }

    [Fact]
    public async Task Topology_WithAPlanPending_TellsStatesMovesAndTargets()
    {
        await using var gateway = await TestGateway.StartAsync();
        var topology = Topologies.Pending(gateway.Founding);
        await gateway.LearnAsync(topology);

        using var answer = await gateway.Client.GetAsync("/v1/admin/topology");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var root = json.RootElement;

        Assert.Equal("\"4\"", answer.Headers.ETag?.ToString());
        Assert.Equal("4.1", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.Equal(topology.LastPlan, root.GetProperty("lastPlan").GetString());
        Assert.Equal(
            ["1 active", "2 removing", "3 active", "4 active"],
            root.GetProperty("members").EnumerateArray().Select(member => $"{member.GetProperty("id")} {member.GetProperty("state")}"));
        Assert.Equal("10.0.0.4:7101", root.GetProperty("members")[3].GetProperty("address").GetString());
        Assert.Equal("0000000000000abc", root.GetProperty("members")[3].GetProperty("incarnation").GetString());
        var target = topology.Partitions[1].Target.Select(node => node.Value).ToArray();
        Assert.Equal(target, Numbers(root.GetProperty("partitions")[1], "nextReplicas"));
        Assert.Equal(target, Numbers(root.GetProperty("partitions")[1], "target"));
        Assert.Empty(Numbers(root.GetProperty("partitions")[2], "nextReplicas"));
    }

    [Fact]
    public async Task Members_TellHowTheyAreAndWhatTheyHold()
    {
        await using var gateway = await TestGateway.StartAsync();
        var topology = Topologies.Pending(gateway.Founding);
        await gateway.LearnAsync(topology);
        gateway.Nodes[2].Liveness = NodeLiveness.Suspect;
        foreach (var node in gateway.Nodes)
        {
            node.Holder = gateway.Nodes[0].Id;
        }

        await gateway.Client.GetAsync("/v1/kv/ns/k");
        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/members"));
        var members = json.RootElement.GetProperty("members");

        await SchemaCheck.AssertIsAsync(gateway, "TopologyMembers", json.RootElement);
        await SchemaCheck.AssertIsAsync(gateway, "MemberShare", members[0]);
        Assert.Equal(
            ["1 active alive", "2 removing alive", "3 active suspect", "4 active dead"],
            members.EnumerateArray().Select(member => string.Join(
                ' ', new[] { "id", "state", "liveness" }.Select(name => member.GetProperty(name)))));

        // Node 4 will hold the one partition that moves.
        Assert.Equal([16, 16, 16, 1], members.EnumerateArray().Select(member => member.GetProperty("holds").GetInt32()));
        Assert.Equal([1, 0, 0, 0], members.EnumerateArray().Select(member => member.GetProperty("leads").GetInt32()));
        Assert.Equal("""{"2":"alive","3":"alive"}""", members[0].GetProperty("peers").GetRawText());
        Assert.Equal("{}", members[3].GetProperty("peers").GetRawText());
    }

    [Fact]
    public async Task Members_AnnouncedOnly_HaveNoLifeAndNoLiveness()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.LearnAsync(TopologyChange.Announce(
            FoundingTopology.Of(gateway.Founding), Topologies.Four, "node4").Next!);

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/members"));

        Assert.Equal(
            """
            {"id":4,"name":"node4","address":null,"incarnation":null,"registered":0,"state":"idle","liveness":null,
            "holds":0,"leads":0,"learners":0,"peers":{}}
            """.ReplaceLineEndings(""),
            json.RootElement.GetProperty("members")[3].GetRawText());
    }

    [Theory]
    [InlineData("/v1/admin/topology")]
    [InlineData("/v1/admin/members")]
    [InlineData("/v1/admin/plan")]
    public async Task Read_BeforeTheClusterIsKnown_SaysSoWithoutATopology(string path)
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        using var answer = await gateway.Client.GetAsync(path);
        await Problem.AssertAsync(answer, 503, "not_founded", outcome: null);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.False(answer.Headers.Contains("AspireKv-Topology"), "an unknown topology has a version");
    }

    [Theory]
    [InlineData("/v1/admin/topology", 200)]
    [InlineData("/v1/admin/members", 200)]
    [InlineData("/v1/admin/plan", 204)]
    public async Task Head_HasTheHeadersAndNoBody(string path, int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var connection = gateway.Connect();
        var authorization = $"Authorization: Bearer {gateway.Token}\r\n";
        for (var i = 0; i < 2; i++)
        {
            // A body would be read as the second answer's head.
            var answer = await connection.RequestAsync("HEAD", path, authorization);
            Assert.Equal(status, answer.Status);
            Assert.Equal("1.0", answer.Headers["AspireKv-Topology"]);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            Assert.Equal(path == "/v1/admin/topology" ? "\"1\"" : null, answer.Headers.GetValueOrDefault("ETag"));
        }
    }

    private static IEnumerable<int> Numbers(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateArray().Select(number => number.GetInt32());
}
