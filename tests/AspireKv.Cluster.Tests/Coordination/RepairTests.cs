using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>What a replica missed is found by comparing, and brought to it; what is alike is left alone.</summary>
public sealed class RepairTests
{
    private readonly PartitionFixture _partition = new(options: Options with { CopiedKeys = 2 });
    private readonly ScriptedReplicas _others;

    public RepairTests()
    {
        _others = new ScriptedReplicas(_partition);
        for (var i = 0; i < 6; i++)
        {
            Put(i);
        }
    }

    [Fact]
    public void Alike_FromTheStart_IsFoundByTheSumsAlone()
    {
        Compare();

        Assert.True(Assert.Single(_partition.Compared).IsAlike);
        Assert.Equal(0, CountSent(PeerRequestKind.List));
        Assert.False(_partition.State.Upkeep.HasDoubts);
        Assert.False(_partition.State.Upkeep.IsComparing);
    }

    [Fact]
    public void Missed_ByOneReplica_IsCopiedUnderItsOwnStampAndToNobodyElse()
    {
        Compare();
        _others.Loses = (node, request) => node == Three && request.Kind == PeerRequestKind.Accept;
        Put(2);
        Put(4);
        _others.Loses = (_, _) => false;
        Assert.True(_partition.State.Upkeep.HasDoubts);
        var (before, placed) = (_partition.Sent.Count, _partition.Placed.Count);

        Compare();

        Assert.Equal((2, 0), (_partition.Compared[^1].Copied, _partition.Compared[^1].Settled));
        Assert.Equal(2 * "value".Length, _partition.Compared[^1].Bytes);
        Assert.Equal(2 * "value".Length, _partition.Repaired);
        AssertAlike();
        var copies = _partition.Sent.Skip(before).Where(sent => sent.Request.Kind == PeerRequestKind.Accept).ToArray();
        Assert.All(copies, copy => Assert.Equal(Three, copy.To));
        Assert.Equal([KeyOf(2), KeyOf(4)], copies.Select(copy => copy.Request.Key).Order());
        Assert.Equal(placed, _partition.Placed.Count);
    }

    /// <summary>The repair may have been missed as well.</summary>
    [Fact]
    public void Repaired_IsComparedOnceMoreBeforeItCountsAsAlike()
    {
        Compare();
        Assert.False(_partition.State.Upkeep.HasDoubts);
        _others.EntriesOf(Three).Remove(KeyOf(1));

        Compare();
        Assert.True(_partition.State.Upkeep.HasDoubts);
        Compare();

        Assert.False(_partition.State.Upkeep.HasDoubts);
        Assert.Equal([true, false, true], _partition.Compared.Select(result => result.IsAlike));
    }

    /// <summary>A tombstone that one replica lacks would keep the key there for ever.</summary>
    [Fact]
    public void Tombstone_ThatOneReplicaMissed_IsCopied()
    {
        _others.Loses = (node, request) => node == Two && request.Kind == PeerRequestKind.Accept;
        Submit(OperationKind.Delete, 3);
        _others.Loses = (_, _) => false;

        Compare();

        AssertAlike();
        Assert.True(_others.EntriesOf(Two)[KeyOf(3)].IsTombstone);
    }

    /// <summary>Nobody knows whether the write was made, so it is: under a new stamp, and with the revision that it had.</summary>
    [Fact]
    public void Stray_AtOneReplica_IsSettledAtAllUnderANewStamp()
    {
        var stray = Value(0, 900, "stray");
        _others.EntriesOf(Three)[KeyOf(7)] = stray;

        Compare();

        Assert.Equal((0, 1), (_partition.Compared[^1].Copied, _partition.Compared[^1].Settled));
        AssertAlike();
        var settled = _partition.Find(KeyOf(7))!;
        Assert.True(settled.Stamp > stray.Stamp);
        Assert.Equal(stray.Revision, settled.Revision);
    }

    /// <summary>
    /// A replica that lacks the key refuses whatever is older than a tombstone that it purged, be that another key's.
    /// </summary>
    [Fact]
    public void Copy_ThatIsRefused_IsSettledUnderANewStamp()
    {
        _others.EntriesOf(Three).Remove(KeyOf(1));
        var before = _others.EntriesOf(Two)[KeyOf(1)];
        _others.InsteadOfStoring = (node, request) =>
            node == Three && request.Entry!.Stamp == before.Stamp ? PeerResponseKind.Refused : null;

        Compare();

        Assert.Equal((0, 1), (_partition.Compared[^1].Copied, _partition.Compared[^1].Settled));
        AssertAlike();
        Assert.Equal(before.Revision, _partition.Find(KeyOf(1))!.Revision);
    }

    /// <summary>Each replica may be the one that lacks it, the coordinator's own too.</summary>
    [Fact]
    public void Missed_ByTheOwnReplica_IsSettled()
    {
        var committed = Value(0, 900, "committed");
        _others.EntriesOf(Two)[KeyOf(7)] = committed;
        _others.EntriesOf(Three)[KeyOf(7)] = committed;

        Compare();

        AssertAlike();
        Assert.Equal("committed"u8.ToArray(), _partition.Find(KeyOf(7))!.Value.ToArray());
    }

    /// <summary>A write that was under way while the sums were taken.</summary>
    [Fact]
    public void Differs_OnlyWhileItWasListed_IsLeftAlone()
    {
        var late = _others.EntriesOf(Three)[KeyOf(5)];
        _others.EntriesOf(Three).Remove(KeyOf(5));
        _others.Loses = (_, request) =>
        {
            if (request.Kind == PeerRequestKind.Read)
            {
                _others.EntriesOf(Three)[KeyOf(5)] = late;
            }

            return false;
        };
        var placed = _partition.Placed.Count;

        Compare();

        var result = Assert.Single(_partition.Compared);
        Assert.Equal((1, true), (result.Buckets, result.IsAlike));
        Assert.Equal(placed, _partition.Placed.Count);
        Assert.False(_partition.State.Upkeep.HasDoubts);
    }

    [Fact]
    public void Dead_Replica_IsLeftOutAndComparedOnceItIsBack()
    {
        _partition.Dead.Add(Three);
        _others.Loses = (node, _) => node == Three;
        _others.EntriesOf(Two).Remove(KeyOf(0));
        _others.EntriesOf(Three).Clear();

        Compare();
        Compare();

        Assert.Equal(_partition.Find(KeyOf(0)), _others.EntriesOf(Two)[KeyOf(0)]);
        Assert.Empty(_others.EntriesOf(Three));
        Assert.False(_partition.State.Upkeep.HasDoubts);
        Assert.Equal(TimeSpan.Zero, _partition.State.Upkeep.UncomparedSince);

        _partition.Dead.Clear();
        _others.Loses = (_, _) => false;
        Assert.True(_partition.State.Upkeep.HasDoubts);
        Compare();
        AssertAlike();
        _partition.Now += TimeSpan.FromMinutes(1);
        Compare();
        Assert.Equal(_partition.Now, _partition.State.Upkeep.UncomparedSince);
    }

    /// <summary>The replica counts as dead, and answers all the same.</summary>
    [Fact]
    public void Dead_ReplicaThatAnswers_IsNoReasonToWriteAnything()
    {
        _partition.Dead.Add(Two);
        _others.EntriesOf(Two).Remove(KeyOf(1));
        var late = _others.EntriesOf(Three)[KeyOf(1)];
        _others.EntriesOf(Three).Remove(KeyOf(1));
        _others.Loses = (node, request) =>
        {
            if (node == Three && request.Kind == PeerRequestKind.Read)
            {
                // Node 3 has it by then, and node 2, which is asked along and answers first, does not.
                _others.EntriesOf(Three)[KeyOf(1)] = late;
            }

            return false;
        };
        var placed = _partition.Placed.Count;

        Compare();

        Assert.True(_partition.Compared[^1].IsComplete);
        Assert.Equal(placed, _partition.Placed.Count);
    }

    [Fact]
    public void Alone_ThereIsNobodyToCompareWith()
    {
        _partition.Dead.UnionWith([Two, Three]);

        Assert.False(_partition.State.Upkeep.MayCompare);
    }

    /// <summary>A learner is to be rebuilt, and holds nothing to compare.</summary>
    [Fact]
    public void Learner_IsNotCompared()
    {
        _others.Lose(Three, 33);

        Assert.True(_partition.State.HoldsBallot);
        Assert.False(_partition.State.Upkeep.MayCompare);
    }

    [Fact]
    public void Budget_IsClosed_SendsNothingUntilItIsOpen()
    {
        _others.EntriesOf(Three).Clear();
        _partition.HasNoBudget = true;

        _partition.State.Upkeep.StartComparison();
        _others.Run();
        _others.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Empty(_others.EntriesOf(Three));

        _partition.HasNoBudget = false;
        _others.Pass(TimeSpan.FromMilliseconds(500));
        AssertAlike();
    }

    [Fact]
    public void Keys_AreRepairedAFewAtATime()
    {
        _others.EntriesOf(Three).Clear();
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.Read;
        var before = _partition.Sent.Count;

        _partition.State.Upkeep.StartComparison();
        _others.Run();

        Assert.Equal(2, _partition.Sent.Skip(before).Where(sent => sent.Request.Kind == PeerRequestKind.Read)
            .Select(sent => sent.Request.Key).Distinct().Count());
    }

    /// <summary>What is lost is sent again, whatever it was.</summary>
    [Theory]
    [InlineData(PeerRequestKind.Sum)]
    [InlineData(PeerRequestKind.List)]
    [InlineData(PeerRequestKind.Read)]
    [InlineData(PeerRequestKind.Accept)]
    public void Lost_IsSentAgain(PeerRequestKind kind)
    {
        _others.EntriesOf(Three).Remove(KeyOf(1));
        _others.Loses = (_, request) => request.Kind == kind;
        _partition.State.Upkeep.StartComparison();
        _others.Run();

        _others.Loses = (_, _) => false;
        _others.Pass(Options.RebuildResendInterval * 2);

        AssertAlike();
        Assert.True(_partition.Compared[^1].IsComplete);
    }

    /// <summary>Other partitions should have the turn.</summary>
    [Fact]
    public void Comparison_AtAStandstill_IsGivenUpAndDoubtsRemain()
    {
        _others.EntriesOf(Three).Remove(KeyOf(1));
        _others.Loses = (node, _) => node == Three;
        _partition.State.Upkeep.StartComparison();
        _others.Run();

        _others.Pass(Options.RebuildPatience * 1.5);

        Assert.False(Assert.Single(_partition.Compared).IsComplete);
        Assert.True(_partition.State.Upkeep.HasDoubts);
        Assert.False(_partition.State.Upkeep.IsComparing);
    }

    /// <summary>A client that wants the key does not wait for a replica that does not answer.</summary>
    [Fact]
    public void Client_WantsTheKey_HasItAtOnceAndTheRepairComesBack()
    {
        _others.EntriesOf(Three).Remove(KeyOf(1));
        _others.Loses = (node, request) => node == Three && request.Kind == PeerRequestKind.Read;
        _partition.State.Upkeep.StartComparison();
        _others.Run();

        var read = Submit(OperationKind.Get, 1);
        Assert.Equal(OperationOutcome.Found, _partition.Results[read].Outcome);

        _others.Loses = (_, _) => false;
        _others.Pass(Options.RebuildResendInterval * 2);
        AssertAlike();
    }

    [Fact]
    public void Room_IsMissing_PutsTheKeyOff()
    {
        _others.EntriesOf(Three).Remove(KeyOf(1));
        _partition.Room = NotAppliedReason.StorageFull;
        _partition.State.Upkeep.StartComparison();
        _others.Run();
        Assert.DoesNotContain(KeyOf(1), _others.EntriesOf(Three).Keys);

        _partition.Room = NotAppliedReason.None;
        _others.Pass(Options.RebuildResendInterval * 2);

        AssertAlike();
    }

    [Fact]
    public void BallotLost_EndsTheComparison()
    {
        _others.Loses = (_, request) => request.Kind == PeerRequestKind.Sum;
        _partition.State.Upkeep.StartComparison();
        _others.Run();

        _partition.State.OnRequest(Two, Request(PeerRequestKind.Prepare, 9));

        Assert.False(Assert.Single(_partition.Compared).IsComplete);
        Assert.False(_partition.State.Upkeep.IsComparing);
        Assert.Null(_partition.State.Upkeep.UncomparedSince);
    }

    /// <summary>A node that stops begins no such work any more.</summary>
    [Fact]
    public void StandDown_UnderWay_ComparesNothing()
    {
        _others.Loses = (_, _) => true;
        Submit(OperationKind.Put, 1);
        _partition.State.StandDown();

        Assert.False(_partition.State.Upkeep.MayCompare);
        var before = _partition.Sent.Count;
        _partition.State.Upkeep.StartComparison();
        Assert.Equal(before, _partition.Sent.Count);
    }

    private static StoreKey KeyOf(int number) => StoreKey.Create("default", [(byte)('a' + number)]);

    private void Put(int number) => Submit(OperationKind.Put, number);

    private Cluster.Coordination.Tasks.PendingOperation Submit(OperationKind kind, int number)
    {
        var pending = _partition.Submit(new ClientOperation
        {
            Kind = kind,
            Key = KeyOf(number),
            Value = kind == OperationKind.Put ? "value"u8.ToArray() : default(ReadOnlyMemory<byte>),
        });
        _others.Run();
        return pending;
    }

    /// <summary>One comparison, to its end.</summary>
    private void Compare()
    {
        Assert.True(_partition.State.Upkeep.MayCompare);
        _partition.State.Upkeep.StartComparison();
        _others.Run();
        _partition.State.Tick(_partition.Now);
        Assert.False(_partition.State.Upkeep.IsComparing);
    }

    private int CountSent(PeerRequestKind kind) => _partition.Sent.Count(sent => sent.Request.Kind == kind);

    private void AssertAlike()
    {
        foreach (var node in (NodeId[])[Two, Three])
        {
            Assert.Equal(_others.EntriesOf(node).Select(entry => _partition.Find(entry.Key)), _others.EntriesOf(node).Values);
            Assert.Equal(SumBuckets(_others.EntriesOf(Two)).Sums, SumBuckets(_others.EntriesOf(node)).Sums);
        }
    }
}
