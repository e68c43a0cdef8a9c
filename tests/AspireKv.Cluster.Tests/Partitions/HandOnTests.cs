using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>A node whose disk is slow or full has others coordinate, where they are better.</summary>
public sealed class HandOnTests
{
    private readonly PartitionFixture _partition = new PartitionFixture().Hold();

    public HandOnTests() => _partition.Handicapped.Add(One);

    [Fact]
    public void Coordinator_WithABadDisk_HandsThePartitionOn()
    {
        Assert.True(_partition.State.Upkeep.MayHandOn);

        _partition.State.HandOver();

        Assert.Equal([Two, Three], Resigned());
        var put = _partition.Submit(OperationKind.Put);
        Assert.Equal([(put, Two)], _partition.Forwarded);
    }

    /// <summary>To an operation that waits, a slow disk is better than none of known outcome.</summary>
    [Fact]
    public void HandOver_WriteUnderWay_EndsFirst()
    {
        var put = _partition.Submit(OperationKind.Put);

        _partition.State.HandOver();
        Assert.Empty(Resigned());
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Applied, _partition.Results[put].Outcome);
        Assert.Equal([Two, Three], Resigned());
    }

    /// <summary>On a slow disk a write may take as long as it has time; a busy partition would else never leave.</summary>
    [Fact]
    public void HandOver_WriteThatTakesLong_IsWaitedFor()
    {
        _partition.Submit(OperationKind.Put);
        _partition.State.HandOver();
        var late = _partition.Submit(OperationKind.Put);

        _partition.Now += Options.HandBackTimeout;
        _partition.State.Tick(_partition.Now);
        _partition.Sync();
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal([Two, Three], Resigned());
        Assert.Equal([(late, Two)], _partition.Forwarded);
    }

    [Fact]
    public void Coordinator_WithAGoodDisk_KeepsThePartition()
    {
        _partition.Handicapped.Remove(One);

        Assert.False(_partition.State.Upkeep.MayHandOn);
        _partition.State.HandOver();
        Assert.Empty(Resigned());
    }

    [Fact]
    public void Coordinator_WhereTheOthersAreNoBetter_KeepsThePartition()
    {
        _partition.Handicapped.UnionWith([Two, Three]);

        Assert.False(_partition.State.Upkeep.MayHandOn);
    }

    [Fact]
    public void Coordinator_WhereTheBetterOneIsDead_KeepsThePartition()
    {
        _partition.Handicapped.Add(Two);
        _partition.Dead.Add(Three);

        Assert.False(_partition.State.Upkeep.MayHandOn);
    }

    /// <summary>The other replica said itself, just now, that it could not store.</summary>
    [Fact]
    public void Coordinator_WhereTheOthersLackRoom_KeepsThePartition()
    {
        _partition.Handicapped.Add(Three);
        _partition.Submit(OperationKind.Put);
        _partition.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Unavailable);

        Assert.False(_partition.State.Upkeep.MayHandOn);
    }

    [Fact]
    public void Node_WithoutTheBallot_HasNoneToHandOn()
    {
        var partition = new PartitionFixture();
        partition.Handicapped.Add(One);

        Assert.False(partition.State.Upkeep.MayHandOn);
    }

    /// <summary>Else it would only have to hand it on again.</summary>
    [Fact]
    public void FirstReplica_WithABadDisk_IsTheLastToTakeAPartitionThatNobodyHolds()
    {
        var partition = new PartitionFixture();
        partition.Handicapped.Add(One);
        Assert.Equal(2, partition.State.Upkeep.PlaceInLine);

        var put = partition.Submit(OperationKind.Put);

        Assert.Equal([(put, Two)], partition.Forwarded);
    }

    [Fact]
    public void FirstReplica_WithABadDiskWhereNobodyElseIsThere_TakesThePartition()
    {
        var partition = new PartitionFixture();
        partition.Handicapped.Add(One);
        partition.Dead.UnionWith([Two, Three]);

        partition.Submit(OperationKind.Put);

        Assert.Empty(partition.Forwarded);
        Assert.True(partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void FirstReplica_WithABadDisk_DoesNotGetItsPartitionBack()
    {
        var partition = new PartitionFixture(firstReplica: Two);
        partition.Dead.Add(Two);
        partition.Hold();
        partition.Dead.Remove(Two);
        partition.FindAlike();
        partition.Handicapped.Add(Two);

        Assert.False(partition.State.Upkeep.MayHandBack);
        partition.Handicapped.Remove(Two);
        Assert.True(partition.State.Upkeep.MayHandBack);
    }

    private IEnumerable<NodeId> Resigned() =>
        _partition.Sent.Where(static sent => sent.Request.Kind == PeerRequestKind.Resigned).Select(static sent => sent.To);
}
