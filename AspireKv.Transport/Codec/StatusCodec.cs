using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

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
    private const int HoldsBallot = 1;
    private const int HasConfig = 2;
    private const int IsLearner = 4;

    public static void Write(ByteWriter writer, NodeStatus status)
    {
        writer.WriteFlags(status.Founding is null ? 0 : HasRecord);
        writer.WriteMember(status.Self);
        if (status.Founding is { } founding)
        {
            writer.WriteFoundingRecord(founding);
        }

        writer.WriteCount(status.Peers.Count, ValueLimits.MaxMembers, "the peers of a node");
        foreach (var (node, liveness) in status.Peers)
        {
            writer.WriteNode(node);
            writer.WriteByte((byte)liveness);
        }

        writer.WriteCount(status.Partitions.Count, ValueLimits.MaxPartitions, "the partitions of a node");
        foreach (var partition in status.Partitions)
        {
            Write(writer, partition);
        }
    }

    public static NodeStatus Read(ref ByteReader reader)
    {
        var flags = reader.ReadFlags(HasRecord);
        var self = reader.ReadMember();
        var founding = (flags & HasRecord) != 0 ? reader.ReadFoundingRecord() : null;
        return new NodeStatus(self, founding, ReadPeers(ref reader), ReadPartitions(ref reader));
    }

    private static void Write(ByteWriter writer, PartitionStatus partition)
    {
        writer.WriteFlags(
            (partition.HoldsBallot ? HoldsBallot : 0) | (partition.Config is null ? 0 : HasConfig) | (partition.IsLearner ? IsLearner : 0));
        writer.WritePartition(partition.Partition);
        writer.WriteBallot(partition.Promised);
        if (partition.Config is { } config)
        {
            writer.WriteConfig(config);
        }
    }

    private static KeyValuePair<NodeId, NodeLiveness>[] ReadPeers(ref ByteReader reader)
    {
        var peers = new KeyValuePair<NodeId, NodeLiveness>[reader.ReadCount(ValueLimits.MaxMembers, "the peers of a node")];
        for (var i = 0; i < peers.Length; i++)
        {
            var node = reader.ReadNode();
            var liveness = (NodeLiveness)reader.ReadByte();
            if (liveness is < NodeLiveness.Alive or > NodeLiveness.Dead)
            {
                ByteReader.Refuse($"{(byte)liveness} is no liveness");
            }

            peers[i] = new(node, liveness);
        }

        return peers;
    }

    private static PartitionStatus[] ReadPartitions(ref ByteReader reader)
    {
        var partitions = new PartitionStatus[reader.ReadCount(ValueLimits.MaxPartitions, "the partitions of a node")];
        for (var i = 0; i < partitions.Length; i++)
        {
            var flags = reader.ReadFlags(HoldsBallot | HasConfig | IsLearner);
            var partition = reader.ReadPartition();
            var promised = reader.ReadBallot();
            var config = (flags & HasConfig) != 0 ? reader.ReadConfig() : null;
            partitions[i] = new PartitionStatus(partition, promised, (flags & HoldsBallot) != 0, config)
            {
                IsLearner = (flags & IsLearner) != 0,
            };
        }

        return partitions;
    }
}
