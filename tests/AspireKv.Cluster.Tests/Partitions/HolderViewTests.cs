using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>What a node that does not coordinate believes of the others.</summary>
public sealed class HolderViewTests
{
    private readonly PartitionFixture _partition = new();

    [Fact]
    public void Learner_ThatSaysSoAgain_CountsInNoQuorum()
    {
        _partition.Dead.Add(Three);
        SayLearning();
        _partition.Now = TimeSpan.FromSeconds(2);
        SayLearning();
        _partition.Now = TimeSpan.FromSeconds(4);

        Assert.False(_partition.State.Upkeep.HasLiveQuorum);
    }

    /// <summary>Another node rebuilt it, and nobody tells the rest.</summary>
    [Fact]
    public void Learner_ThatIsSilentForLong_CountsAgain()
    {
        _partition.Dead.Add(Three);
        SayLearning();
        Assert.False(_partition.State.Upkeep.HasLiveQuorum);

        _partition.Now = TimeSpan.FromSeconds(4);

        Assert.True(_partition.State.Upkeep.HasLiveQuorum);
    }

    /// <summary>Whoever asks anything of this node coordinates, and a node that coordinates has its memory.</summary>
    [Fact]
    public void Learner_ThatCoordinates_IsNoneAnyMore()
    {
        SayLearning();
        Assert.Contains(Two, _partition.State.Upkeep.Learners.Keys);

        _partition.Ask(Request(PeerRequestKind.Prepare, 9));

        Assert.Empty(_partition.State.Upkeep.Learners);
    }

    [Fact]
    public void Learner_ThatHoldsNoReplica_IsNoneOfThisPartition()
    {
        _partition.State.OnRequest(new NodeId(9), Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = 99 });

        Assert.Empty(_partition.State.Upkeep.Learners);
    }

    /// <summary>No client need come: without a ballot nobody rebuilds the learner.</summary>
    [Fact]
    public void Learner_WhereNobodyHoldsTheBallot_MakesWhoeverHearsItTakeOne()
    {
        var partition = new PartitionFixture(firstReplica: Three);

        partition.State.OnRequest(Two, Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = 22 });

        Assert.True(partition.State.Upkeep.HasWork);
    }

    private void SayLearning() =>
        _partition.State.OnRequest(Two, Request(PeerRequestKind.Learning, 0) with { Ballot = Ballot.Zero, Incarnation = 22 });
}
