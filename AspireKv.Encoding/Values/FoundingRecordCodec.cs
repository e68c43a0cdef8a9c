using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// founding record  cluster id (16 bytes), partitions, replication factor, virtual nodes, hash version,
///                  bytes of the longest value, count, member ..., for each partition its nodes
/// member           node, name (text), incarnation (8 bytes)
/// </code>
/// </summary>
public static class FoundingRecordCodec
{
    private const string LongestValue = "the bytes of the longest value";

    public static void WriteMember(this ByteWriter writer, Member member)
    {
        writer.WriteNode(member.Id);
        writer.WriteText(member.Name, ValueLimits.MaxNameBytes, "the bytes of a name");
        writer.WriteFixed64(member.Incarnation);
    }

    public static Member ReadMember(this ref ByteReader reader) =>
        new(reader.ReadNode(), reader.ReadText(ValueLimits.MaxNameBytes, "the length of a name"), reader.ReadFixed64());

    public static void WriteFoundingRecord(this ByteWriter writer, FoundingRecord record)
    {
        if (record.PartitionCount < 1 || record.Placement.Count != record.PartitionCount)
        {
            throw new ArgumentException($"{record.PartitionCount} partitions, and {record.Placement.Count} are placed.", nameof(record));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(record.MaxValueBytes, 1, nameof(record));
        writer.WriteGuid(record.ClusterId);
        writer.WriteCount(record.PartitionCount, PartitionMap.MaxCount, "the partitions of a cluster");
        writer.WriteCount(record.ReplicationFactor, ValueLimits.MaxReplicas, "the replicas of a partition");
        writer.WriteCount(record.VirtualNodes, ValueLimits.MaxVirtualNodes, "the virtual nodes of a node");
        writer.WriteNumber(record.HashVersion);
        writer.WriteCount(record.MaxValueBytes, ValueLimits.MaxValueBytes, LongestValue);
        writer.WriteCount(record.Members.Count, ValueLimits.MaxMembers, "the members of a cluster");
        foreach (var member in record.Members)
        {
            writer.WriteMember(member);
        }

        foreach (var replicas in record.Placement)
        {
            writer.WriteNodes(replicas);
        }
    }

    public static FoundingRecord ReadFoundingRecord(this ref ByteReader reader)
    {
        var clusterId = reader.ReadGuid();
        var partitions = reader.ReadInt32(PartitionMap.MaxCount, "the partitions of a cluster");
        if (partitions == 0)
        {
            ByteReader.Refuse("a founding record names no partitions");
        }

        return new FoundingRecord
        {
            ClusterId = clusterId,
            PartitionCount = partitions,
            ReplicationFactor = reader.ReadInt32(ValueLimits.MaxReplicas, "the replicas of a partition"),
            VirtualNodes = reader.ReadInt32(ValueLimits.MaxVirtualNodes, "the virtual nodes of a node"),
            HashVersion = reader.ReadInt32(int.MaxValue, "a hash version"),
            MaxValueBytes = ReadMaxValueBytes(ref reader),
            Members = ReadMembers(ref reader),
            Placement = ReadPlacement(ref reader, partitions),
        };
    }

    private static int ReadMaxValueBytes(ref ByteReader reader)
    {
        var bytes = reader.ReadInt32(ValueLimits.MaxValueBytes, LongestValue);
        if (bytes == 0)
        {
            ByteReader.Refuse("a founding record allows no value");
        }

        return bytes;
    }

    private static Member[] ReadMembers(ref ByteReader reader)
    {
        var members = new Member[reader.ReadCount(ValueLimits.MaxMembers, "the members of a cluster")];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = reader.ReadMember();
        }

        return members;
    }

    private static IReadOnlyList<NodeId>[] ReadPlacement(ref ByteReader reader, int partitions)
    {
        reader.ExpectItems(partitions, "the partitions of a placement");
        var placement = new IReadOnlyList<NodeId>[partitions];
        for (var i = 0; i < placement.Length; i++)
        {
            placement[i] = reader.ReadNodes();
        }

        return placement;
    }
}
