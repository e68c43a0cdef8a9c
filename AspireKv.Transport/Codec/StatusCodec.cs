using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// status     flags (1 founding record), self, [record], peers (count, then node and liveness), partitions (count, ...)
/// partition  flags (1 holder, 2 config, 4 learner), partition, promised, [config]
/// </code>
/// </summary>
internal static class StatusCodec
{
    private const int HasRecord = 1;
    private const int IsHolder = 1;
    private const int HasConfig = 2;
    private const int IsLearner = 4;

    public static void Write(WireWriter writer, NodeStatus status)
    {
        writer.WriteByte((byte)(status.Founding is null ? 0 : HasRecord));
        TopologyCodec.Write(writer, status.Self);
        if (status.Founding is { } founding)
        {
            FoundingCodec.Write(writer, founding);
        }

        writer.WriteCount(status.Peers.Count, WireLimits.MaxMembers, "the peers of a node");
        foreach (var (node, liveness) in status.Peers)
        {
            VersioningCodec.Write(writer, node);
            writer.WriteByte((byte)liveness);
        }

        writer.WriteCount(status.Partitions.Count, WireLimits.MaxPartitions, "the partitions of a node");
        foreach (var partition in status.Partitions)
        {
            Write(writer, partition);
        }
    }

    public static NodeStatus Read(ref WireReader reader)
    {
        var flags = reader.ReadFlags(HasRecord);
        var self = TopologyCodec.ReadMember(ref reader);
        var founding = (flags & HasRecord) != 0 ? FoundingCodec.ReadRecord(ref reader) : null;
        return new NodeStatus(self, founding, ReadPeers(ref reader), ReadPartitions(ref reader));
    }

    private static void Write(WireWriter writer, PartitionStatus partition)
    {
        writer.WriteByte((byte)((partition.IsHolder ? IsHolder : 0) | (partition.Config is null ? 0 : HasConfig) | (partition.IsLearner ? IsLearner : 0)));
        writer.WriteNumber(partition.Partition);
        VersioningCodec.Write(writer, partition.Promised);
        if (partition.Config is { } config)
        {
            TopologyCodec.Write(writer, config);
        }
    }

    private static KeyValuePair<NodeId, Liveness>[] ReadPeers(ref WireReader reader)
    {
        var peers = new KeyValuePair<NodeId, Liveness>[reader.ReadCount(WireLimits.MaxMembers, "the peers of a node")];
        for (var i = 0; i < peers.Length; i++)
        {
            var node = VersioningCodec.ReadNode(ref reader);
            var liveness = (Liveness)reader.ReadByte();
            if (liveness is < Liveness.Alive or > Liveness.Dead)
            {
                WireReader.Refuse($"{(byte)liveness} is no liveness.");
            }

            peers[i] = new(node, liveness);
        }

        return peers;
    }

    private static PartitionStatus[] ReadPartitions(ref WireReader reader)
    {
        var partitions = new PartitionStatus[reader.ReadCount(WireLimits.MaxPartitions, "the partitions of a node")];
        for (var i = 0; i < partitions.Length; i++)
        {
            var flags = reader.ReadFlags(IsHolder | HasConfig | IsLearner);
            var partition = TopologyCodec.ReadPartition(ref reader);
            var promised = VersioningCodec.ReadBallot(ref reader);
            var config = (flags & HasConfig) != 0 ? TopologyCodec.ReadConfig(ref reader) : null;
            partitions[i] = new PartitionStatus(partition, promised, (flags & IsHolder) != 0, config) { IsLearner = (flags & IsLearner) != 0 };
        }

        return partitions;
    }
}
