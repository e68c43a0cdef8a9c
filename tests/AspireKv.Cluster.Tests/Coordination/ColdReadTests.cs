using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>Entries that are on the disk and not in memory: nothing waits for them but what needs them.</summary>
public sealed class ColdReadTests
{
    [Fact]
    public void Get_SettledKeyNotInMemory_WaitsForTheDiskAndIsConfirmedAfterwards()
    {
        var fixture = Settled();
        fixture.Cold.Add(Key);
        fixture.Sent.Clear();

        var get = fixture.Submit(OperationKind.Get);
        fixture.Sync();
        Assert.Empty(fixture.Sent);
        Assert.Single(fixture.Deferred);

        fixture.ReadDisk();
        fixture.Sync();
        Assert.DoesNotContain(get, fixture.Results.Keys);
        fixture.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        Assert.Equal(OperationOutcome.Found, fixture.Results[get].Outcome);
        Assert.Equal("value"u8, fixture.Results[get].Entry!.Value.Span);
    }

    [Fact]
    public void Put_OfAKeyNotInMemory_NeedsNoDisk()
    {
        var fixture = Settled();
        fixture.Cold.Add(Key);
        var put = fixture.Submit(OperationKind.Put);
        fixture.Sync();
        fixture.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, fixture.Results[put].Outcome);
        Assert.Empty(fixture.Deferred);
    }

    [Fact]
    public void Put_BehindAGetThatWaitsForTheDisk_TakesItsTurnAfterwards()
    {
        var fixture = Settled();
        fixture.Cold.Add(Key);
        var get = fixture.Submit(OperationKind.Get);
        var put = fixture.Submit(OperationKind.Put);
        fixture.Sync();
        fixture.ReadDisk();
        fixture.Sync();
        fixture.Reply(Two, PeerRequestKind.Confirm, PeerResponseKind.Confirmed);
        fixture.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);

        Assert.Equal(OperationOutcome.Found, fixture.Results[get].Outcome);
        Assert.Equal(OperationOutcome.Applied, fixture.Results[put].Outcome);
        Assert.True(fixture.Results[put].Revision > fixture.Results[get].Revision);
    }

    [Fact]
    public void Abandon_GetThatWaitsForTheDisk_EndsItAndPassesTheTurnOn()
    {
        var fixture = Settled();
        fixture.Cold.Add(Key);
        var get = fixture.Submit(OperationKind.Get);
        var put = fixture.Submit(OperationKind.Put);
        fixture.State.Abandon(get);
        fixture.Sync();
        fixture.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.NotApplied, fixture.Results[get].Outcome);
        Assert.Equal(OperationOutcome.Applied, fixture.Results[put].Outcome);

        fixture.ReadDisk();
        fixture.Sync();
        Assert.Equal(4, fixture.Results.Count);
    }

    [Fact]
    public void Read_OfAPeerWhileAHigherBallotComes_IsJudgedAnewAfterTheDiskWasRead()
    {
        var fixture = Settled();
        fixture.Cold.Add(Key);
        fixture.State.OnRequest(Two, Request(PeerRequestKind.Read, round: 5));
        Assert.Empty(fixture.Sync());
        fixture.State.OnRequest(Three, Request(PeerRequestKind.Prepare, round: 6, node: 3));
        fixture.Sync();

        fixture.ReadDisk();
        var answer = Assert.Single(fixture.Sync());
        Assert.Equal(PeerResponseKind.BallotRejected, answer.Kind);
        Assert.Null(answer.Entry);
    }

    [Fact]
    public void Accept_OlderThanTheHighestStampOfAColdKey_IsStoredOrNotOnceTheDiskWasRead()
    {
        var fixture = new PartitionFixture(ReplicaSnapshot.Empty);
        var other = Request(PeerRequestKind.Accept, round: 5, Value(5, 9)) with { Key = StoreKey.Create("default", "other"u8) };
        fixture.State.OnRequest(Two, other);
        fixture.Sync();

        fixture.Cold.Add(Key);
        fixture.State.OnRequest(Two, Request(PeerRequestKind.Accept, round: 5, Value(5, 8)));
        Assert.Empty(fixture.Sync());
        Assert.Null(fixture.Find(Key));

        fixture.ReadDisk();
        Assert.Equal(PeerResponseKind.Accepted, Assert.Single(fixture.Sync()).Kind);
        Assert.Equal(new Stamp(new Ballot(5, Two), 8), fixture.Find(Key)!.Stamp);
    }

    /// <summary>Below the fence an entry may stand that is newer than the tombstone.</summary>
    [Fact]
    public void Purge_BelowTheFenceOfAColdKey_IsJudgedOnceTheDiskWasRead()
    {
        var fixture = new PartitionFixture();
        var other = StoreKey.Create("default", "other"u8);
        fixture.Ask(Request(PeerRequestKind.Purge, round: 5, purge: Value(5, 9).Stamp) with { Key = other });
        fixture.Place(new EntryAccepted(0, Key, Value(5, 3)));
        fixture.Cold.Add(Key);

        fixture.State.OnRequest(Two, Request(PeerRequestKind.Purge, round: 5, purge: Value(5, 2).Stamp));
        Assert.Empty(fixture.Sync());
        fixture.ReadDisk();

        Assert.Equal(PeerResponseKind.Purged, Assert.Single(fixture.Sync()).Kind);
        Assert.Equal(Value(5, 3).Stamp, fixture.Find(Key)!.Stamp);
    }

    [Fact]
    public void List_OfKeysOnTheDisk_IsAnsweredOnceThePageWasRead()
    {
        var fixture = Settled();
        fixture.ListIsCold = true;
        fixture.State.OnRequest(Two, Request(PeerRequestKind.List, round: 5) with { Key = default, Buckets = BucketSet.All });
        Assert.Empty(fixture.Sync());
        fixture.ReadDisk();
        Assert.Equal(Key, Assert.Single(Assert.Single(fixture.Sync()).Page!.Keys).Key);
    }

    /// <summary>Node 1 coordinates, and the key is settled with a value.</summary>
    private static PartitionFixture Settled()
    {
        var fixture = new PartitionFixture().Hold();
        var put = fixture.Submit(OperationKind.Put);
        fixture.Sync();
        fixture.Reply(Two, PeerRequestKind.Accept, PeerResponseKind.Accepted);
        Assert.Equal(OperationOutcome.Applied, fixture.Results[put].Outcome);
        return fixture;
    }
}
