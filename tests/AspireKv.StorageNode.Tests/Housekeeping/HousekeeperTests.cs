using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
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

    [Fact]
    public async Task Ballot_OfAnotherNodesPartition_GoesBackOnceThatNodeIsWell()
    {
        await using var node = new TestNode().TakePart(replicas: 3, isFirst: false);
        node.DeleteAsHolder();
        Assert.True(node.Partition.IsAway);

        node.Peers.Alive.Add(new NodeId(2));
        var resigned = false;
        await RunAsync(node, () =>
        {
            resigned |= AnswerSums(node).Contains(PeerRequestKind.Resigned);
            return !node.Partition.HoldsBallot;
        });

        Assert.False(node.Partition.IsAway);
        Assert.True(resigned || AnswerSums(node).Contains(PeerRequestKind.Resigned));
    }

    /// <summary>What a replica missed is brought to it though nobody asks for the key.</summary>
    [Fact]
    public async Task Entry_ThatAReplicaLacks_IsSentToIt()
    {
        await using var node = new TestNode().TakePart(replicas: 3);
        node.DeleteAsHolder();
        node.Peers.Alive.Add(new NodeId(3));

        PeerRequest? copy = null;
        await RunAsync(node, () =>
        {
            while (copy is null && node.Peers.SentCount > 0)
            {
                var (to, request) = node.Peers.TakeSent();
                PeerResponse? answer = request.Kind switch
                {
                    PeerRequestKind.Sum => Some.Answer(request, PeerResponseKind.Summed) with { Sums = new BucketSums() },
                    PeerRequestKind.List => Some.Answer(request, PeerResponseKind.KeysListed) with { Page = new KeyPage([], default) },
                    PeerRequestKind.Read => Some.Answer(request, PeerResponseKind.ReadResult),
                    _ => null,
                };
                if (to == new NodeId(3) && answer is not null)
                {
                    node.Partition.OnResponse(to, answer);
                }
                else if (to == new NodeId(3) && request.Kind == PeerRequestKind.Accept)
                {
                    copy = request;
                }
            }

            return copy is not null;
        });

        Assert.Equal(Some.Key, copy!.Key);
        Assert.True(copy.Entry!.IsTombstone);
    }

    /// <summary>Node 2 holds what node 1 holds, and says so where it is asked; returns what was sent.</summary>
    private static List<PeerRequestKind> AnswerSums(TestNode node)
    {
        var sent = new List<PeerRequestKind>();
        while (node.Peers.SentCount > 0)
        {
            var (to, request) = node.Peers.TakeSent();
            sent.Add(request.Kind);
            if (to == new NodeId(2) && request.Kind == PeerRequestKind.Sum)
            {
                node.Partition.OnResponse(
                    to, Some.Answer(request, PeerResponseKind.Summed) with { Sums = node.Engine.SumBuckets(node.Partition.Partition) });
            }
        }

        return sent;
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
            Options.Create(new HandBackOptions { After = TimeSpan.Zero }),
            Options.Create(new RepairOptions()),
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
