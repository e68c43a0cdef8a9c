using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Housekeeping;

/// <summary>The node's one loop of chores, over a real engine.</summary>
public sealed class HousekeeperTests
{
    private readonly TestOwner _owner = new();

    [Fact]
    public async Task Tombstone_ThatEveryReplicaHolds_IsPurged()
    {
        await using var node = new TestNode().TakePart();
        node.Partition.Submit(new PendingOperation(new ClientOperation { Kind = OperationKind.Delete, Key = Some.Key }, owner: _owner));
        Assert.Equal(OperationOutcome.Applied, _owner.TakeResult().Outcome);
        Assert.NotEmpty(node.Engine.FindTombstones(0, max: 10));

        await RunAsync(node, () => node.Engine.FindTombstones(0, max: 10).Count == 0);
    }

    [Fact]
    public async Task Ballot_ThatNobodyAnswersTo_IsGivenUp()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.Partition.Submit(new PendingOperation(Some.Put, owner: _owner));

        // The partition must be told the time for that.
        await RunAsync(node, () => _owner.HasResult);

        Assert.Equal(NotAppliedReason.NoQuorum, _owner.TakeResult().Reason);
    }

    /// <summary>Runs the housekeeper of the node until the condition holds.</summary>
    internal static async Task RunAsync(TestNode node, Func<bool> isDone, TombstoneOptions? tombstones = null)
    {
        var purges = Options.Create(tombstones ?? new TombstoneOptions { PurgeInterval = TimeSpan.FromMilliseconds(100) });
        using var housekeeper = new Housekeeper(
            node.Self,
            node.Hosted,
            node.CreatePurge(purges.Value),
            TimeProvider.System,
            Options.Create(new PartitionOptions()),
            Options.Create(new RebuildOptions()),
            purges,
            NullLogger<Housekeeper>.Instance);
        await housekeeper.StartAsync(default);
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!isDone())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }

        await housekeeper.StopAsync(default);
    }
}
