using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Tests.Coordination;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>A holder that this node does not reach, and others do, keeps its ballot.</summary>
public sealed class CutLinkTests
{
    private readonly PartitionFixture _partition = new();

    public CutLinkTests()
    {
        _partition.Ask(Request(PeerRequestKind.Prepare, 9, node: 3));
        _partition.Dead.Add(Three);
    }

    [Fact]
    public void Operation_ForAHolderThatIsCutOff_IsHandedOnAndTheBallotLeftThere()
    {
        _partition.CutOff.Add(Three);

        var put = _partition.Submit(OperationKind.Put);

        Assert.Equal([(put, Three)], _partition.Forwarded);
        Assert.False(_partition.State.HoldsBallot);
        Assert.Null(_partition.State.Upkeep.PlaceInLine);
    }

    [Fact]
    public void Operation_ForAHolderThatNobodyReaches_IsCarriedOutHere()
    {
        _partition.Submit(OperationKind.Put);

        Assert.Empty(_partition.Forwarded);
        Assert.True(_partition.State.Upkeep.HasWork);
    }

    /// <summary>The holder is reached by others, and that gives this node no answer of the holder.</summary>
    [Fact]
    public void Quorum_WithAHolderThatIsCutOff_DoesNotCountIt()
    {
        _partition.Dead.Add(Two);
        _partition.CutOff.Add(Three);

        Assert.False(_partition.State.Upkeep.HasLiveQuorum);
    }
}
