using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// request id  process (8 bytes), number
/// member      node, name, incarnation (8 bytes)
/// config      epoch, replicas, next replicas, for each node of both (each once, in that order) the epoch it joined at
/// nodes       count, node ...
/// </code>
/// </summary>
internal static class TopologyCodec
{
    public static int ReadPartition(ref WireReader reader) => reader.ReadInt32(WireLimits.MaxPartitions - 1, "a partition");

    public static void Write(WireWriter writer, RequestId id)
    {
        writer.WriteFixed64(id.Process);
        writer.WriteNumber(id.Number);
    }

    public static RequestId ReadRequestId(ref WireReader reader) => new(reader.ReadFixed64(), reader.ReadNumber("a request number"));

    public static void Write(WireWriter writer, Member member)
    {
        VersioningCodec.Write(writer, member.Id);
        writer.WriteText(member.Name, WireLimits.MaxNameBytes, "the bytes of a name");
        writer.WriteFixed64(member.Incarnation);
    }

    public static Member ReadMember(ref WireReader reader) =>
        new(VersioningCodec.ReadNode(ref reader), reader.ReadText(WireLimits.MaxNameBytes, "the length of a name"), reader.ReadFixed64());

    public static void Write(WireWriter writer, IReadOnlyList<NodeId> nodes)
    {
        writer.WriteCount(nodes.Count, WireLimits.MaxReplicas, "the replicas of a partition");
        foreach (var node in nodes)
        {
            VersioningCodec.Write(writer, node);
        }
    }

    public static NodeId[] ReadNodes(ref WireReader reader)
    {
        var count = reader.ReadCount(WireLimits.MaxReplicas, "the replicas of a partition");
        if (count == 0)
        {
            return [];
        }

        var nodes = new NodeId[count];
        for (var i = 0; i < count; i++)
        {
            nodes[i] = VersioningCodec.ReadNode(ref reader);
            if (nodes.AsSpan(0, i).Contains(nodes[i]))
            {
                WireReader.Refuse($"Node {nodes[i]} stands twice in a list of replicas.");
            }
        }

        return nodes;
    }

    public static void Write(WireWriter writer, PartitionConfig config)
    {
        writer.WriteNumber(config.Epoch);
        Write(writer, config.Replicas);
        Write(writer, config.NextReplicas);
        foreach (var node in config.Voters)
        {
            writer.WriteNumber(config.Since(node) ?? 0);
        }
    }

    public static PartitionConfig ReadConfig(ref WireReader reader)
    {
        var epoch = reader.ReadNumber("an epoch");
        var replicas = ReadNodes(ref reader);
        var nextReplicas = ReadNodes(ref reader);
        var since = new Dictionary<NodeId, long>(replicas.Length + nextReplicas.Length);
        ReadSince(ref reader, replicas, since);
        ReadSince(ref reader, nextReplicas, since);
        return new PartitionConfig(epoch, replicas, nextReplicas, since);
    }

    private static void ReadSince(ref WireReader reader, NodeId[] nodes, Dictionary<NodeId, long> since)
    {
        foreach (var node in nodes)
        {
            if (!since.ContainsKey(node))
            {
                since.Add(node, reader.ReadNumber("an epoch"));
            }
        }
    }
}
