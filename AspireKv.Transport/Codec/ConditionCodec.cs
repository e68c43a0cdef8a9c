using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary><code>flags (none yet), nodes that are not reached (count, then each)</code></summary>
internal static class ConditionCodec
{
    public static void Write(ByteWriter writer, NodeCondition condition)
    {
        writer.WriteFlags(0);
        writer.WriteCount(condition.Unreached.Count, ValueLimits.MaxMembers, "the nodes that are not reached");
        foreach (var node in condition.Unreached)
        {
            writer.WriteNode(node);
        }
    }

    public static NodeCondition Read(ref ByteReader reader)
    {
        reader.ReadFlags(0);
        var unreached = new NodeId[reader.ReadCount(ValueLimits.MaxMembers, "the nodes that are not reached")];
        for (var i = 0; i < unreached.Length; i++)
        {
            unreached[i] = reader.ReadNode();
        }

        return unreached.Length == 0 ? NodeCondition.Well : new NodeCondition(unreached);
    }
}
