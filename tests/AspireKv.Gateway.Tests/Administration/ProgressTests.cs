using System.Text.Json;
using AspireKv.Access.Knowledge;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.Gateway.Tests.Administration;

public sealed class ProgressTests
{
    [Fact]
    public async Task Progress_NothingPending_Is204WithTheTopology()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync("/v1/admin/plan");
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal("1.0", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "progress may be kept");
    }

    [Fact]
    public async Task Progress_OfAPlan_TellsWhatMovesWhatWaitsAndWhoIsSilent()
    {
        await using var gateway = await TestGateway.StartAsync();
        var topology = Topologies.Pending(gateway.Founding);
        await gateway.LearnAsync(topology);
        gateway.Nodes[0].Moves = [Move(1, epoch: 3, listed: 900)];
        gateway.Nodes[1].Moves = [Move(1, epoch: 4, listed: 12)];
        gateway.Nodes[2].Liveness = NodeLiveness.Dead;

        using var answer = await gateway.Client.GetAsync("/v1/admin/plan");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var root = json.RootElement;

        Assert.Equal("4.1", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        await SchemaCheck.AssertIsAsync(gateway, "Progress", root);
        await SchemaCheck.AssertIsAsync(gateway, "ProgressRest", root.GetProperty("remaining"));
        await SchemaCheck.AssertIsAsync(gateway, "ProgressMove", root.GetProperty("moving")[0]);
        await SchemaCheck.AssertIsAsync(gateway, "ProgressWait", root.GetProperty("waiting")[0]);
        Assert.Equal((topology.LastPlan, 1), (root.GetProperty("id").GetString(), root.GetProperty("generation").GetInt64()));
        Assert.Equal("""{"partitions":17,"moving":1,"waiting":16}""", root.GetProperty("remaining").GetRawText());
        var replicas = string.Join(',', topology.Partitions[1].Config.Replicas);
        var target = string.Join(',', topology.Partitions[1].Target);
        Assert.Equal(
            $$"""
            [{"partition":1,"replicas":[{{replicas}}],"nextReplicas":[{{target}}],"target":[{{target}}],
            "coordinator":2,"listed":12,"copied":5,"settled":1,"swept":true}]
            """.ReplaceLineEndings(""),
            root.GetProperty("moving").GetRawText());
        Assert.Equal(
            [0, .. Enumerable.Range(2, 15)],
            root.GetProperty("waiting").EnumerateArray().Select(wait => wait.GetProperty("partition").GetInt32()));
        Assert.Equal("[2]", root.GetProperty("removing").GetRawText());
        Assert.Equal("[3,4]", root.GetProperty("unanswered").GetRawText());
    }

    /// <summary>Nobody told of the move: its coordinator is the one that answers name, and how far it is nobody knows.</summary>
    [Fact]
    public async Task Progress_OfAMoveThatNobodyTellsOf_NamesTheKnownCoordinatorOrNone()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.LearnAsync(Topologies.Pending(gateway.Founding));
        Assert.Equal(JsonValueKind.Null, (await MovingAsync(gateway)).GetProperty("coordinator").ValueKind);

        gateway.Services.GetRequiredService<ClusterKnowledge>().LearnHolder(1, new NodeId(3));

        var moving = await MovingAsync(gateway);
        Assert.Equal(3, moving.GetProperty("coordinator").GetInt32());
        Assert.Equal((0, false), (moving.GetProperty("listed").GetInt64(), moving.GetProperty("swept").GetBoolean()));
    }

    /// <summary>A member that was announced and never started is no node that fails to answer.</summary>
    [Fact]
    public async Task Progress_OfMembersThatNeverStarted_DoesNotWaitForThem()
    {
        await using var gateway = await TestGateway.StartAsync();
        var pending = Topologies.Pending(gateway.Founding);
        await gateway.LearnAsync(pending with
        {
            Version = 5,
            Members = [.. pending.Members, new TopologyMember(new Member(new NodeId(5), "node5", 0), Registered: 0, MemberState.Idle)],
        });

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/plan"));

        Assert.Equal("[4]", json.RootElement.GetProperty("unanswered").GetRawText());
    }

    private static async Task<JsonElement> MovingAsync(TestGateway gateway)
    {
        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/plan"));
        return json.RootElement.GetProperty("moving")[0].Clone();
    }

    private static MoveStatus Move(int partition, long epoch, long listed) =>
        new(partition, new MoveProgress(epoch, listed, Copied: 5, Settled: 1, IsSwept: true));
}
