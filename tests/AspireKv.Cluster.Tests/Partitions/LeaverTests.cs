using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>What becomes of the entries at a node that the topology leaves out.</summary>
public sealed class LeaverTests
{
    private static readonly PartitionConfig Without = ConfigOf(3, [Two, Three]);

    private readonly PartitionFixture _partition = new();

    public LeaverTests() => _partition.Ask(Request(PeerRequestKind.Accept, 5, Value(5, 1)));

    [Fact]
    public void Leaver_OnceNothingSpokeForTheOlderConfig_DropsItsEntriesInOneRecord()
    {
        _partition.State.Learn(Without);
        TickAt(TimeSpan.Zero);
        Assert.True(_partition.State.Upkeep.HasWork);
        Assert.NotNull(_partition.Find(Key));

        TickAt(Options.LeaveAfter);

        Assert.Null(_partition.Find(Key));
        Assert.Equal(new ConfigTaken(0, Without, Since: 0, IsEmptied: true, IsLearner: false), _partition.Placed[^1]);
        Assert.False(_partition.State.Upkeep.HasWork);
    }

    [Fact]
    public void Leaver_OfWhomAnOlderConfigStillAsks_KeepsItsEntries()
    {
        _partition.State.Learn(Without);
        TickAt(TimeSpan.Zero);
        _partition.Now = Options.LeaveAfter / 2;
        Assert.Equal(PeerResponseKind.Confirmed, _partition.Ask(Request(PeerRequestKind.Confirm, 5)).Response.Kind);

        TickAt(Options.LeaveAfter);
        Assert.NotNull(_partition.Find(Key));

        TickAt(Options.LeaveAfter * 1.5);
        Assert.Null(_partition.Find(Key));
    }

    [Fact]
    public void Leaver_KeepsItsPromiseAndObeysNothingOlder()
    {
        _partition.State.Learn(Without);
        TickAt(TimeSpan.Zero);
        TickAt(Options.LeaveAfter);

        var (response, _) = _partition.Ask(Request(PeerRequestKind.Confirm, 5));

        Assert.Equal((PeerResponseKind.EpochRejected, 3), (response.Kind, response.Config!.Epoch));
        Assert.Equal(5, _partition.State.HighestBallot.Round);
    }

    private void TickAt(TimeSpan now)
    {
        _partition.Now = now;
        _partition.State.Tick(now);
    }
}
