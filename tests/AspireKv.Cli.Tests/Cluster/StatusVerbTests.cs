using System.Text.Json;
using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Cluster;

public sealed class StatusVerbTests
{
    [Fact]
    public async Task Status_OfACalmCluster_IsASummary()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("cluster status");

        ended.AssertDone();
        Assert.Equal(
            """
            Cluster   6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11
            Topology  12.3
            Replicas  3 of each partition
            Quorum    all of 256 partitions
            Plan      none pending

            Node  Name   State   Liveness  Holds  Leads
               1  node1  active  alive       256     86
               2  node2  active  alive       256     85
               3  node3  active  suspect     256     85
               4  node4  idle    -             0      0

            """,
            ended.Out);
    }

    [Fact]
    public async Task Status_PartitionsWithoutQuorumAndAPlan_AreNamed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/cluster", Reply.Json(SampleBodies.Cluster(3, 4, 5, 200)));
        gateway.On("GET /v1/admin/plan", Reply.Json(SampleBodies.Pending));

        var ended = await new Akv(gateway).RunAsync("cluster status");

        ended.AssertDone();
        Assert.Equal("Quorum    missing in 4 of 256 partitions: 3-5,200", ended.Lines[3]);
        Assert.Equal("Plan      3-a1b2c3d4, generation 4: 40 partitions to go, 1 moving, 39 waiting", ended.Lines[4]);
    }

    [Fact]
    public async Task Status_OfAGatewayThatKnowsNoCluster_SaysSo()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Topology = null;
        gateway.On("GET /v1/cluster", Reply.Json("""{"clusterId":null,"replicationFactor":null,"members":[],"partitions":[]}"""));
        gateway.On("GET /v1/admin/members", Reply.Json("""{"members":[]}"""));

        var ended = await new Akv(gateway).RunAsync("cluster status");

        ended.AssertDone();
        Assert.Equal(["Cluster   not known to this gateway yet", "Topology  not known to this gateway yet"], ended.Lines.Take(2));
    }

    [Fact]
    public async Task Status_Json_HoldsTheThreeBodiesAsTheyCame()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("cluster status --json");

        ended.AssertDone();
        Assert.Equal($$"""{"cluster":{{SampleBodies.Cluster()}},"members":{{SampleBodies.Members}},"plan":null}""" + "\n", ended.Out);
        using var _ = JsonDocument.Parse(ended.Out);
    }

    [Fact]
    public async Task Status_OneRouteRefuses_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/plan", Reply.Problem(503, "not_founded", "The cluster is not founded yet."));

        var ended = await new Akv(gateway).RunAsync("cluster status");

        ended.AssertFailed(3, "not_founded: The cluster is not founded yet.");
    }
}
