using System.Text.Json;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Tests.Administration;

public sealed class PlanTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Order = """{"wishes":[{"op":"order"}]}""";

    private static readonly JsonSerializerOptions Shown = new() { WriteIndented = true };

    public static TheoryData<string> Codes => [.. Refusals.Codes];

    [Fact]
    public async Task Plan_IsToldWithWhatMovesAndWhoHoldsWhatThen()
    {
        await using var gateway = await TestGateway.StartAsync();
        var topology = Topologies.WithFour(gateway.Founding);
        await gateway.LearnAsync(topology);
        gateway.Nodes[0].Planning = request => Topologies.Plan(topology, request.Wishes);

        using var answer = await PlanAsync(gateway, """{"wishes":[{"op":"replace","node":2,"by":4}]}""");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var root = json.RootElement;

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("2.0", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "a plan may be kept");
        await SchemaCheck.AssertIsAsync(gateway, "Plan", root);
        await SchemaCheck.AssertIsAsync(gateway, "PlannedShare", root.GetProperty("members")[0]);
        await SchemaCheck.AssertIsAsync(gateway, "PlannedMove", root.GetProperty("moves")[0]);
        await SchemaCheck.AssertIsAsync(gateway, "PlanTotals", root.GetProperty("totals"));
        Assert.StartsWith("0-", root.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 3), (root.GetProperty("generation").GetInt64(), root.GetProperty("replicationFactor").GetInt32()));
        Assert.Equal("""[{"op":"replace","node":2,"by":4}]""", root.GetProperty("wishes").GetRawText());
        Assert.Equal(
            ["1 active 16 16", "2 draining 16 0", "3 active 16 16", "4 active 0 16"],
            root.GetProperty("members").EnumerateArray().Select(member => string.Join(
                ' ', new[] { "id", "state", "holds", "willHold" }.Select(name => member.GetProperty(name)))));

        // The system partition moves too.
        Assert.Equal(
            """{"partitions":17,"copies":17,"entries":1700,"bytes":68000}""", root.GetProperty("totals").GetRawText());
        var move = root.GetProperty("moves")[0];
        Assert.Equal(gateway.Founding.Placement[0].Select(node => node.Value), Numbers(move.GetProperty("from")));
        Assert.Equal(
            gateway.Founding.Placement[0].Select(node => node.Value == 2 ? 4 : node.Value), Numbers(move.GetProperty("to")));
        Assert.Equal((100, 4_000), (move.GetProperty("entries").GetInt64(), move.GetProperty("bytes").GetInt64()));
    }

    /// <summary>Each kind of wish arrives at the node as it was meant, and comes back in the form in which it was asked.</summary>
    [Fact]
    public async Task Plan_EveryKindOfWish_ArrivesAndComesBack()
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[0].Planning = static request =>
            new PlanOutcome(Topologies.EmptyPlan with { Wishes = request.Wishes, Warnings = ["Look out."] }, null);
        string[] wishes =
        [
            """{"op":"add","node":4}""", """{"op":"drain","node":2}""", """{"op":"remove","node":65535}""",
            """{"op":"replace","node":2,"by":5}""", """{"op":"replication","factor":5}""", """{"op":"system","nodes":[1,3,5]}""",
            """{"op":"order"}""",
        ];

        using var answer = await PlanAsync(gateway, $$"""{"wishes":[{{string.Join(',', wishes)}}]}""");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(wishes, json.RootElement.GetProperty("wishes").EnumerateArray().Select(wish => wish.GetRawText()));
        Assert.Equal("""["Look out."]""", json.RootElement.GetProperty("warnings").GetRawText());
        Assert.Equal(
            ["add 4", "drain 2", "remove 65535", "replace 2 by 5", "replication 5", "system 1,3,5", "order"],
            Assert.Single(gateway.Nodes[0].Plans).Wishes.Select(wish => wish.ToString()));
    }

    /// <summary>A member of the plan that this gateway has not heard of has no state here.</summary>
    [Fact]
    public async Task Plan_OfAMemberThatIsNotKnownHere_HasNoStateForIt()
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[0].Planning = static _ => new PlanOutcome(
            Topologies.EmptyPlan with
            {
                Shares = [new PlannedShare(new NodeId(1), 2, 1, 2, 1), new PlannedShare(new NodeId(9), 0, 0, 0, 0)],
            },
            null);

        using var answer = await PlanAsync(gateway, Order);

        Assert.Contains(
            """[{"id":1,"state":"active","holds":2,"leads":1,"willHold":2,"willLead":1},{"id":9,"state":null,""",
            await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Plan_Refused_SaysWhyInTheClustersWords(string code)
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[0].Planning = _ => new PlanOutcome(null, new TopologyRefusal(code, "So it \"is\"."));
        using var answer = await PlanAsync(gateway, Order);
        await Problem.AssertAsync(answer, StatusOf(code), code, outcome: null);
        Assert.Contains("So it \\\"is\\\".", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Empty(gateway.Nodes[1].Plans);
    }

    /// <summary>A plan changes nothing, so the next node is asked where one does not answer.</summary>
    [Fact]
    public async Task Plan_OfNodesThatDoNotAnswer_IsAskedOfTheNext()
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[1].Planning = static _ => new PlanOutcome(null, null);
        gateway.Nodes[2].Planning = static _ => new PlanOutcome(Topologies.EmptyPlan, null);

        using var answer = await PlanAsync(gateway, Order);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.All(gateway.Nodes, node => Assert.Single(node.Plans));
    }

    [Fact]
    public async Task Plan_AsksNodesThatAnswerFirstAndDeadOnesNever()
    {
        await using var gateway = await TestGateway.StartAsync();
        var asked = new List<string>();
        foreach (var node in gateway.Nodes)
        {
            node.Planning = _ =>
            {
                asked.Add(node.Name);
                throw new NodeUnreachableException("The fake node is silent.");
            };
        }

        gateway.Nodes[0].Liveness = NodeLiveness.Suspect;
        gateway.Nodes[1].Liveness = NodeLiveness.Dead;
        using var answer = await PlanAsync(gateway, Order);

        await Problem.AssertAsync(answer, 503, "system_unavailable", outcome: null);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.Equal(["node3", "node1"], asked);
    }

    /// <summary>The node that was asked answers; it is the topology that cannot be read.</summary>
    [Fact]
    public async Task Plan_WithoutAQuorumOfTheSystemPartition_MayBeTriedAgain()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var node in gateway.Nodes)
        {
            node.Planning = static _ => new PlanOutcome(null, new TopologyRefusal(TopologyRefusal.SystemUnavailable, "Nobody tells."));
        }

        using var answer = await PlanAsync(gateway, Order);

        await Problem.AssertAsync(answer, 503, "system_unavailable", outcome: null);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Plan_BeforeTheClusterIsKnown_IsAskedAndHasNoTopology()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        gateway.Nodes[0].Planning = static _ => new PlanOutcome(Topologies.EmptyPlan, null);
        using var answer = await PlanAsync(gateway, Order);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("AspireKv-Topology"), "an unknown topology has a version");
    }

    /// <summary>The longest plan there can be, written as tools show JSON, fits back in.</summary>
    [Fact]
    public async Task Plan_TheLargestThereIs_FitsBackInAsTheBodyOfAnother()
    {
        var gateway = fixture.Fresh();
        NodeId[] nodes = [.. Enumerable.Range(NodeId.MaxValue - 6, 7).Select(number => new NodeId(number))];
        NodeId[] others = [.. Enumerable.Range(NodeId.MaxValue - 13, 7).Select(number => new NodeId(number))];
        var largest = Topologies.EmptyPlan with
        {
            Moves = [.. Enumerable.Range(0, 4_097).Select(partition => new PlannedMove(partition, others, nodes, 1L << 40, 1L << 50))],
            Shares =
            [
                .. Enumerable.Range(1, ClusterTopology.MaxMembers)
                    .Select(node => new PlannedShare(new NodeId(node), 4_096, 4_096, 4_096, 4_096)),
            ],
        };
        gateway.Nodes[0].Planning = _ => new PlanOutcome(largest, null);
        using var answer = await PlanAsync(gateway, Order);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var shown = JsonSerializer.Serialize(json.RootElement, Shown);
        Assert.InRange(shown.Length, 1024 * 1024, 4 * 1024 * 1024);

        using var again = await PlanAsync(gateway, shown);

        Assert.Equal(200, (int)again.StatusCode);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, 200)]
    [InlineData((4 * 1024 * 1024) + 1, 413)]
    public async Task Plan_BodyOfThisSize_IsTakenUpToTheBound(int bytes, int status)
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[0].Planning = static _ => new PlanOutcome(Topologies.EmptyPlan, null);
        using var answer = await PlanAsync(gateway, Order.PadRight(bytes));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, gateway.Nodes[0].Plans.Count);
    }

    internal static int StatusOf(string code) =>
        code is "not_enough_nodes" or "unknown_node" or "over_limit" or "node_in_use" ? 422 : 409;

    private static Task<HttpResponseMessage> PlanAsync(TestGateway gateway, string body) =>
        gateway.Client.PostAsync("/v1/admin/plans", new StringContent(body));

    private static IEnumerable<int> Numbers(JsonElement list) => list.EnumerateArray().Select(number => number.GetInt32());
}
