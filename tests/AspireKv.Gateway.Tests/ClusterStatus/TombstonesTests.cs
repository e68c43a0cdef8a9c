using System.Text.Json;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.ClusterStatus;

public sealed class TombstonesTests
{
    private static readonly NodeId Three = new(3);

    [Fact]
    public async Task Tombstones_OfSeveralCoordinators_AreSummedUpByNode()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Nodes[0].Tombstones = new(10, 100, 30, [Hold(Three, PurgeHoldReason.Dead, 4, 30, heldFor: 600, oldestFor: 60)]);
        gateway.Nodes[1].Tombstones = new(
            6,
            20,
            7,
            [
                Hold(Three, PurgeHoldReason.CutOff, 1, 1, heldFor: 5, oldestFor: 5),
                Hold(Three, PurgeHoldReason.Dead, 1, 2, heldFor: 500, oldestFor: 400),
                Hold(new NodeId(1), PurgeHoldReason.Learner, 3, 5, heldFor: 9, oldestFor: 9),
            ]);

        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/tombstones"));
        var after = TimeProvider.System.GetUtcNow().UtcDateTime;

        var root = json.RootElement;
        Assert.Equal((120, 37), (root.GetProperty("tombstones").GetInt64(), root.GetProperty("held").GetInt64()));
        Assert.Equal(
            ["1 node1 learner 3 5", "3 node3 dead 5 32", "3 node3 cut-off 1 1"],
            root.GetProperty("heldBy").EnumerateArray().Select(hold => string.Join(
                ' ', new[] { "id", "name", "reason", "partitions", "tombstones" }.Select(name => hold.GetProperty(name)))));
        var dead = root.GetProperty("heldBy")[1];
        AssertAgo(dead, "since", seconds: 600, before, after);
        AssertAgo(dead, "oldest", seconds: 400, before, after);
        Assert.Equal(0, root.GetProperty("unanswered").GetArrayLength());
        Assert.Equal(0, root.GetProperty("uncountedPartitions").GetInt32());
    }

    /// <summary>What nobody counted may be held back too.</summary>
    [Fact]
    public async Task Tombstones_WhereANodeIsDown_AreToldWithItsNameAndWhatIsNotCounted()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Nodes[0].Tombstones = new(10, 8, 0, []);
        gateway.Nodes[1].Tombstones = new(4, 8, 0, []);
        gateway.Nodes[2].Liveness = NodeLiveness.Dead;

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/tombstones"));

        var silent = Assert.Single(json.RootElement.GetProperty("unanswered").EnumerateArray());
        Assert.Equal((3, "node3"), (silent.GetProperty("id").GetInt32(), silent.GetProperty("name").GetString()));
        Assert.Equal(TestGateway.PartitionCount - 14, json.RootElement.GetProperty("uncountedPartitions").GetInt32());
        Assert.Equal(16, json.RootElement.GetProperty("tombstones").GetInt64());
    }

    [Fact]
    public async Task Tombstones_HaveTheSameMembersAsTheDocument()
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);
        gateway.Nodes[0].Tombstones = new(1, 2, 2, [Hold(Three, PurgeHoldReason.Dead, 1, 2, 1, 1)]);
        gateway.Nodes[2].Liveness = NodeLiveness.Dead;

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/admin/tombstones"));
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));

        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        AssertIs(schemas.GetProperty("Tombstones"), json.RootElement);
        AssertIs(schemas.GetProperty("TombstoneHold"), json.RootElement.GetProperty("heldBy")[0]);
        AssertIs(schemas.GetProperty("NodeName"), json.RootElement.GetProperty("unanswered")[0]);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("uncountedPartitions").ValueKind);
    }

    private static void AssertIs(JsonElement schema, JsonElement told)
    {
        var names = told.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Equal(schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()), names);
        Assert.Equal(schema.GetProperty("properties").EnumerateObject().Select(member => member.Name), names);
    }

    /// <summary>To the second, and in UTC.</summary>
    private static void AssertAgo(JsonElement hold, string name, int seconds, DateTime before, DateTime after)
    {
        var told = hold.GetProperty(name).GetDateTime();
        Assert.Equal(DateTimeKind.Utc, told.Kind);
        Assert.InRange(told, before.AddSeconds(-seconds - 1), after.AddSeconds(-seconds));
        Assert.Equal(0, told.Ticks % TimeSpan.TicksPerSecond);
    }

    private static TombstoneHold Hold(
        NodeId node, PurgeHoldReason reason, int partitions, long tombstones, int heldFor, int oldestFor) =>
        new(node, reason, partitions, tombstones, TimeSpan.FromSeconds(heldFor), TimeSpan.FromSeconds(oldestFor));
}
