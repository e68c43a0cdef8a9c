using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>flags (1 slow disk, 2 full disk), time of a sync in ms, nodes that are not reached (count, then each)</code>
/// </summary>
internal static class ConditionCodec
{
    private const int IsSlow = 1;
    private const int IsFull = 2;

    /// <summary>A sync that takes longer is said to take so long.</summary>
    private const int MaxSyncMilliseconds = 3_600_000;

    public static void Write(ByteWriter writer, NodeCondition condition)
    {
        var disk = condition.Disk;
        writer.WriteFlags((disk.IsSlow ? IsSlow : 0) | (disk.IsFull ? IsFull : 0));

        // Rounded up: zero would say that there was none, and a quick disk takes less than one.
        writer.WriteNumber((long)Math.Min(Math.Ceiling(disk.SyncTime.TotalMilliseconds), MaxSyncMilliseconds));
        writer.WriteCount(condition.Unreached.Count, ValueLimits.MaxMembers, "the nodes that are not reached");
        foreach (var node in condition.Unreached)
        {
            writer.WriteNode(node);
        }
    }

    public static NodeCondition Read(ref ByteReader reader)
    {
        var flags = reader.ReadFlags(IsSlow | IsFull);
        var sync = TimeSpan.FromMilliseconds(reader.ReadNumber(MaxSyncMilliseconds, "the time of a sync"));
        var unreached = new NodeId[reader.ReadCount(ValueLimits.MaxMembers, "the nodes that are not reached")];
        for (var i = 0; i < unreached.Length; i++)
        {
            unreached[i] = reader.ReadNode();
        }

        return new NodeCondition(unreached, new DiskCondition((flags & IsSlow) != 0, (flags & IsFull) != 0, sync));
    }
}
