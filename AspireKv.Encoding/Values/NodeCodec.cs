using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// node       number
/// nodes      count, node ...      the replicas of a partition: each once
/// partition  number, from 0
/// </code>
/// </summary>
public static class NodeCodec
{
    public static void WriteNode(this ByteWriter writer, NodeId node) => writer.WriteNumber(node.Value);

    public static NodeId ReadNode(this ref ByteReader reader) => new(reader.ReadInt32(ValueLimits.MaxNodeId, "a node id"));

    public static void WriteNodes(this ByteWriter writer, IReadOnlyList<NodeId> nodes)
    {
        writer.WriteCount(nodes.Count, ValueLimits.MaxReplicas, "the replicas of a partition");
        for (var i = 0; i < nodes.Count; i++)
        {
            writer.WriteNode(nodes[i]);
        }
    }

    public static NodeId[] ReadNodes(this ref ByteReader reader)
    {
        var count = reader.ReadCount(ValueLimits.MaxReplicas, "the replicas of a partition");
        if (count == 0)
        {
            return [];
        }

        var nodes = new NodeId[count];
        for (var i = 0; i < count; i++)
        {
            nodes[i] = reader.ReadNode();
            if (nodes.AsSpan(0, i).Contains(nodes[i]))
            {
                ByteReader.Refuse($"node {nodes[i]} stands twice in a list of replicas");
            }
        }

        return nodes;
    }

    public static void WritePartition(this ByteWriter writer, int partition)
    {
        if ((uint)partition >= ValueLimits.MaxPartitions)
        {
            throw new ArgumentException($"Partition {partition} is not in 0 to {ValueLimits.MaxPartitions - 1}.", nameof(partition));
        }

        writer.WriteNumber(partition);
    }

    public static int ReadPartition(this ref ByteReader reader) => reader.ReadInt32(ValueLimits.MaxPartitions - 1, "a partition");
}
