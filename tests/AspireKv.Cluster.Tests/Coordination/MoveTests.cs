using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>A partition of nodes 1 to 3 that moves to 1, 4 and 5: everything that was committed is brought there.</summary>
public sealed class MoveTests
{
    private const int Keys = 5;

    private static readonly NodeId Four = new(4);
    private static readonly NodeId Five = new(5);

    private static readonly PartitionConfig Moving = ConfigOf(
        2, [One, Two, Three], [One, Four, Five], new Dictionary<NodeId, long> { [Four] = 2, [Five] = 2 });

    private readonly PartitionFixture _partition = new(options: Options with { CopiedKeys = 2 });
    private readonly ScriptedReplicas _others;

    public MoveTests()
    {
        _others = new ScriptedReplicas(_partition);
        for (var i = 0; i < Keys; i++)
        {
            Put(i);
        }
    }

    [Fact]
    public void Sweep_OfWhatAMajorityHolds_CopiesItUnderItsOwnStampToTheNextReplicasAlone()
    {
        BeginMove();
        var (before, placed) = (_partition.Sent.Count, _partition.Placed.Count);

        Sweep();

        Assert.Equal(new(2, Keys, Keys, 0, IsSwept: true), _partition.State.Upkeep.Move);
        foreach (var node in (NodeId[])[Four, Five])
        {
            Assert.Equal(Keys, _others.EntriesOf(node).Count);
            Assert.All(_others.EntriesOf(node), entry => Assert.Equal(_partition.Find(entry.Key), entry.Value));
        }

        var copies = _partition.Sent.Skip(before).Where(sent => sent.Request.Kind == PeerRequestKind.Accept).Select(sent => sent.To);
        Assert.Equal([Four, Five], copies.Distinct().Order());
        Assert.Equal(placed, _partition.Placed.Count);
    }

    /// <summary>The coordinator's own keys are not all that was committed.</summary>
    [Fact]
    public void Sweep_OfAKeyThatTheCoordinatorLacks_CommitsItAnew()
    {
        var key = StoreKey.Create("default", "z"u8);
        var entry = _others.EntriesOf(Two).First().Value with { Stamp = new(new(1, Two), 1), Revision = new(new(1, Two), 1) };
        _others.EntriesOf(Two)[key] = entry;
        _others.EntriesOf(Three)[key] = entry;
        BeginMove();

        Sweep();

        Assert.Equal((Keys + 1, Keys, 1), (Progress.Listed, Progress.Copied, Progress.Settled));
        Assert.Equal(entry.Revision, _partition.Find(key)!.Revision);
        Assert.All((NodeId[])[Two, Three, Four, Five], node => Assert.Equal(_partition.Find(key), _others.EntriesOf(node)[key]));
    }

    /// <summary>It may never have been committed: whoever read the key without it must not be contradicted.</summary>
    [Fact]
    public void Sweep_OfAnEntryThatAMinorityHolds_CommitsItAnewRatherThanToCopyIt()
    {
        _others.EntriesOf(Two).Remove(KeyOf(1));
        _others.EntriesOf(Three).Remove(KeyOf(1));
        BeginMove();

        Sweep();

        Assert.Equal((Keys - 1, 1), (Progress.Copied, Progress.Settled));
        Assert.True(_partition.Find(KeyOf(1))!.Stamp > _partition.Find(KeyOf(1))!.Revision);
    }

    [Fact]
    public void Sweep_OfAKeyThatIsSettledMeanwhile_LeavesItAsItIs()
    {
        BeginMove();
        for (var i = 0; i < Keys; i++)
        {
            Put(i);
        }

        _others.EntriesOf(Five).Clear();
        Sweep();

        Assert.Equal((true, 0, 0), (Progress.IsSwept, Progress.Copied, Progress.Settled));
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(2, 3)]
    public void Sweep_WithoutAMajorityOfEitherList_DoesNotBegin(int dead, int other)
    {
        BeginMove();
        _partition.Dead.UnionWith([new NodeId(dead), new NodeId(other)]);

        Assert.False(_partition.State.Upkeep.HasMoveToSweep);
        _partition.State.Upkeep.StartSweep();

        Assert.False(_partition.State.Upkeep.IsSweeping);
    }

    [Fact]
    public void Sweep_WithOneOfTheNextReplicasDead_ComesToItsEnd()
    {
        BeginMove();
        _partition.Dead.Add(Five);
        _others.Loses = (node, _) => node == Five;

        Sweep();

        Assert.True(Progress.IsSwept);
    }

    /// <summary>A page of a node that lost its memory shows nothing of what it held.</summary>
    [Fact]
    public void Sweep_InWhichAReplicaAnswersAsALearner_CountsForNothing()
    {
        BeginMove();
        _others.Learners[Two] = 33;

        _partition.State.Upkeep.StartSweep();
        _others.Run();
        _partition.State.Tick(_partition.Now);

        Assert.False(_partition.State.Upkeep.IsSweeping);
        Assert.False(Progress.IsSwept);
    }

    [Fact]
    public void BallotLost_InTheMiddle_LeavesTheMoveUnswept()
    {
        BeginMove();
        _others.Loses = (node, request) => request.Kind == PeerRequestKind.Accept;
        _partition.State.Upkeep.StartSweep();
        _others.Run();

        _partition.State.OnRequest(Two, Request(PeerRequestKind.Prepare, 99) with { Epoch = 2 });

        Assert.False(_partition.State.Upkeep.IsSweeping);
        Assert.False(Progress.IsSwept);
    }

    [Fact]
    public void Swept_StaysSoForAsLongAsTheConfigIsTheSame()
    {
        BeginMove();
        Sweep();

        _partition.State.OnRequest(Two, Request(PeerRequestKind.Prepare, 99) with { Epoch = 2 });
        Assert.True(Progress.IsSwept);

        _partition.State.Adopt(ConfigOf(3, [One, Four, Five]));
        Assert.Null(_partition.State.Upkeep.Move);
    }

    [Fact]
    public void Purge_WhileThePartitionMoves_IsNotBegun()
    {
        Submit(OperationKind.Delete, 1);
        BeginMove();
        Sweep();
        Assert.False(_partition.State.Upkeep.MayPurge);

        var before = _partition.Sent.Count;
        _partition.State.Submit(new PendingPurge(KeyOf(1), () => { }));
        _others.Run();

        Assert.Equal(before, _partition.Sent.Count);
    }

    private MoveProgress Progress => _partition.State.Upkeep.Move!.Value;

    private static StoreKey KeyOf(int number) => StoreKey.Create("default", [(byte)('a' + number)]);

    private void BeginMove()
    {
        _partition.State.Learn(Moving);
        _others.Run();
        Assert.Equal((2, true), (_partition.State.Config!.Epoch, _partition.State.HoldsBallot));
    }

    /// <summary>One pass, to its end.</summary>
    private void Sweep()
    {
        Assert.True(_partition.State.Upkeep.HasMoveToSweep);
        _partition.State.Upkeep.StartSweep();
        _others.Run();
        _partition.State.Tick(_partition.Now);
        Assert.False(_partition.State.Upkeep.IsSweeping);
    }

    private void Put(int number) => Submit(OperationKind.Put, number);

    private void Submit(OperationKind kind, int number)
    {
        _partition.Submit(new ClientOperation
        {
            Kind = kind,
            Key = KeyOf(number),
            Value = kind == OperationKind.Put ? "value"u8.ToArray() : default(ReadOnlyMemory<byte>),
        });
        _others.Run();
    }
}
