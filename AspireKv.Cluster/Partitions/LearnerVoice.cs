using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Says, for a replica that lost its memory, that it did: to one voter after another, until it is rebuilt. The voice speaks to one
/// voter at a time, since where nobody holds a ballot each voter that hears of the loss takes one. The voice names the highest ballot that
/// the learner promised, since only a higher one can rebuild it: the node of that ballot may have forgotten it with its own disk, and the
/// voters would take each other for the holder for ever.
/// </summary>
internal sealed class LearnerVoice(
    int partition, NodeId self, ulong incarnation, TimeSpan interval, IPartitionHost host, Func<RequestId> nextRequestId)
{
    private TimeSpan _nextAt;
    private int _turn;

    /// <summary>Speaks when it is time to.</summary>
    public void Tick(TimeSpan now, PartitionConfig? config, Ballot promised)
    {
        if (now < _nextAt)
        {
            return;
        }

        _nextAt = now + interval;
        if (config?.Contains(self) != true)
        {
            return;
        }

        var others = config.Voters.Where(node => node != self).ToArray();
        if (others.Length > 0)
        {
            var learning = new PeerRequest
            {
                Kind = PeerRequestKind.Learning,
                Partition = partition,
                Epoch = config.Epoch,
                Ballot = promised,
                Id = nextRequestId(),
                Incarnation = incarnation,
            };
            host.Send(others[_turn++ % others.Length], learning, cause: null);
        }
    }
}
