using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// record    cluster id (16 bytes, RFC 9562 order), partitions, replication factor, virtual nodes, hash version, members, placement
/// request   flags (1 record), sender, [record]
/// response  flags (1 record), responder, [record]
/// </code>
/// Members and placement are a count and so many members, or lists of nodes.
/// </summary>
internal static class FoundingCodec
{
    private const int HasRecord = 1;
    private const int GuidBytes = 16;

    public static void Write(WireWriter writer, FoundingRequest request) => Write(writer, request.Sender, request.Record);

    public static FoundingRequest ReadRequest(ref WireReader reader)
    {
        var (sender, record) = ReadPair(ref reader);
        return new FoundingRequest(sender, record);
    }

    public static void Write(WireWriter writer, FoundingResponse response) => Write(writer, response.Responder, response.Record);

    public static FoundingResponse ReadResponse(ref WireReader reader)
    {
        var (responder, record) = ReadPair(ref reader);
        return new FoundingResponse(responder, record);
    }

    public static void Write(WireWriter writer, FoundingRecord record)
    {
        WriteGuid(writer, record.ClusterId);
        writer.WriteCount(record.PartitionCount, WireLimits.MaxPartitions, "the partitions of a cluster");
        writer.WriteCount(record.ReplicationFactor, WireLimits.MaxReplicas, "the replicas of a partition");
        writer.WriteCount(record.VirtualNodes, WireLimits.MaxVirtualNodes, "the virtual nodes of a node");
        writer.WriteNumber(record.HashVersion);
        writer.WriteCount(record.Members.Count, WireLimits.MaxMembers, "the members of a cluster");
        foreach (var member in record.Members)
        {
            TopologyCodec.Write(writer, member);
        }

        writer.WriteCount(record.Placement.Count, WireLimits.MaxPartitions, "the partitions of a placement");
        foreach (var replicas in record.Placement)
        {
            TopologyCodec.Write(writer, replicas);
        }
    }

    public static FoundingRecord ReadRecord(ref WireReader reader) => new()
    {
        ClusterId = ReadGuid(ref reader),
        PartitionCount = reader.ReadInt32(WireLimits.MaxPartitions, "the partitions of a cluster"),
        ReplicationFactor = reader.ReadInt32(WireLimits.MaxReplicas, "the replicas of a partition"),
        VirtualNodes = reader.ReadInt32(WireLimits.MaxVirtualNodes, "the virtual nodes of a node"),
        HashVersion = reader.ReadInt32(int.MaxValue, "a hash version"),
        Members = ReadMembers(ref reader),
        Placement = ReadPlacement(ref reader),
    };

    public static void WriteGuid(WireWriter writer, Guid id)
    {
        Span<byte> bytes = stackalloc byte[GuidBytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.WriteRaw(bytes);
    }

    public static Guid ReadGuid(ref WireReader reader) => new(reader.ReadRaw(GuidBytes), bigEndian: true);

    private static void Write(WireWriter writer, Member self, FoundingRecord? record)
    {
        writer.WriteByte((byte)(record is null ? 0 : HasRecord));
        TopologyCodec.Write(writer, self);
        if (record is not null)
        {
            Write(writer, record);
        }
    }

    private static (Member Self, FoundingRecord? Record) ReadPair(ref WireReader reader)
    {
        var flags = reader.ReadFlags(HasRecord);
        var self = TopologyCodec.ReadMember(ref reader);
        return (self, (flags & HasRecord) != 0 ? ReadRecord(ref reader) : null);
    }

    private static Member[] ReadMembers(ref WireReader reader)
    {
        var members = new Member[reader.ReadCount(WireLimits.MaxMembers, "the members of a cluster")];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = TopologyCodec.ReadMember(ref reader);
        }

        return members;
    }

    private static IReadOnlyList<NodeId>[] ReadPlacement(ref WireReader reader)
    {
        var placement = new IReadOnlyList<NodeId>[reader.ReadCount(WireLimits.MaxPartitions, "the partitions of a placement")];
        for (var i = 0; i < placement.Length; i++)
        {
            placement[i] = TopologyCodec.ReadNodes(ref reader);
        }

        return placement;
    }
}
