using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Tests.Coordination;
using AspireKv.Cluster.Topology;
using static AspireKv.Cluster.Tests.Coordination.PartitionFixture;

namespace AspireKv.Cluster.Tests.Partitions;

/// <summary>How often a replica that lost its memory says so, and to whom.</summary>
public sealed class LearnerVoiceTests
{
    private readonly PartitionFixture _partition = new(hasMemory: false);

    [Fact]
    public void Voice_SpeaksToTheOthersInTurns()
    {
        for (var i = 0; i < 4; i++)
        {
            _partition.State.Tick(Options.LearningInterval * i);
        }

        Assert.Equal([Two, Three, Two, Three], _partition.Sent.Select(sent => sent.To));
        Assert.All(_partition.Sent, sent => Assert.Equal(PeerRequestKind.Learning, sent.Request.Kind));
    }

    [Fact]
    public void Voice_BeforeItsIntervalIsOver_IsSilent()
    {
        _partition.State.Tick(TimeSpan.Zero);

        _partition.State.Tick(Options.LearningInterval - TimeSpan.FromMilliseconds(1));

        Assert.Single(_partition.Sent);
    }

    [Fact]
    public void Voice_OfANodeWhoseReplicaWasMovedAway_IsSilent()
    {
        _partition.State.Adopt(ConfigOf(2, [Two, Three], [], new Dictionary<NodeId, long> { [Two] = 1, [Three] = 1 }));

        _partition.State.Tick(TimeSpan.Zero);

        Assert.Empty(_partition.Sent);
    }
}
