using System.Text;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Storage.Codec;

/// <summary>
/// <code>
/// founding  cluster id 16 | partitions u32 | replication factor u16 | virtual nodes u32 | hash version u16
///           | count u16 of members: id u16 | incarnation u64 | length u16, name in UTF-8
///           | for each partition: count u16 | node u16 * count
/// </code>
/// </summary>
internal static class FoundingCodec
{
    private const int MaxNameBytes = 1024;

    public static byte[] Encode(FoundingRecord record)
    {
        var size = 16 + 4 + 2 + 4 + 2 + 2
            + record.Members.Sum(member => 2 + 8 + 2 + Encoding.UTF8.GetByteCount(member.Name))
            + record.Placement.Sum(replicas => 2 + (2 * replicas.Count));
        if (record.Placement.Count != record.PartitionCount
            || record.Members.Count > NodeId.MaxValue
            || record.Members.Any(member => Encoding.UTF8.GetByteCount(member.Name) > MaxNameBytes))
        {
            throw new ArgumentException("The founding record does not agree with itself or is over its bounds.", nameof(record));
        }

        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        record.ClusterId.TryWriteBytes(writer.Take(16), bigEndian: true, out _);
        writer.UInt32((uint)record.PartitionCount);
        writer.UInt16((ushort)record.ReplicationFactor);
        writer.UInt32((uint)record.VirtualNodes);
        writer.UInt16((ushort)record.HashVersion);
        writer.UInt16((ushort)record.Members.Count);
        foreach (var member in record.Members)
        {
            writer.UInt16((ushort)member.Id.Value);
            writer.UInt64(member.Incarnation);
            var length = Encoding.UTF8.GetByteCount(member.Name);
            writer.UInt16((ushort)length);
            Encoding.UTF8.GetBytes(member.Name, writer.Take(length));
        }

        foreach (var replicas in record.Placement)
        {
            writer.Write(replicas);
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">These bytes are no founding record.</exception>
    public static FoundingRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var clusterId = new Guid(reader.Bytes(16), bigEndian: true);
        var partitions = reader.UInt32();
        if (partitions is 0 or > Limits.MaxPartition + 1)
        {
            throw new InvalidDataException($"the founding record names {partitions} partitions");
        }

        var record = new FoundingRecord
        {
            ClusterId = clusterId,
            PartitionCount = (int)partitions,
            ReplicationFactor = reader.UInt16(),
            VirtualNodes = (int)Math.Min(reader.UInt32(), int.MaxValue),
            HashVersion = reader.UInt16(),
            Members = Members(ref reader),
            Placement = Placement(ref reader, (int)partitions),
        };
        reader.End();
        return record;
    }

    private static Member[] Members(ref ByteReader reader)
    {
        var members = new Member[reader.Count16(size: 12)];
        for (var i = 0; i < members.Length; i++)
        {
            var id = new NodeId(reader.UInt16());
            var incarnation = reader.UInt64();
            members[i] = new Member(id, Encoding.UTF8.GetString(reader.Bytes(reader.UInt16())), incarnation);
        }

        return members;
    }

    private static NodeId[][] Placement(ref ByteReader reader, int partitions)
    {
        reader.Expect(partitions, size: 2);
        var placement = new NodeId[partitions][];
        for (var i = 0; i < placement.Length; i++)
        {
            placement[i] = reader.Nodes();
        }

        return placement;
    }
}
