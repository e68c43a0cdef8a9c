using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// tombstones  partitions, tombstones, held, holds (count, ...)
/// hold        node, reason (1 byte), partitions, tombstones, held for (ms), oldest for (ms)
/// </code>
/// </summary>
internal static class TombstoneCodec
{
    /// <summary>One item for each reason: links fail while the partitions are looked at, and a learner is none in all of them.</summary>
    private const int MaxHolds = 3 * ValueLimits.MaxMembers;

    private static readonly long MaxMilliseconds = (long)WireLimits.MaxAge.TotalMilliseconds;

    public static void Write(ByteWriter writer, TombstoneStatus status)
    {
        writer.WriteNumber(status.Partitions);
        writer.WriteNumber(status.Tombstones);
        writer.WriteNumber(status.Held);
        writer.WriteCount(status.Holds.Count, MaxHolds, "what holds tombstones back");
        foreach (var hold in status.Holds)
        {
            writer.WriteNode(hold.Node);
            writer.WriteByte((byte)hold.Reason);
            writer.WriteNumber(hold.Partitions);
            writer.WriteNumber(hold.Tombstones);
            writer.WriteNumber(MillisecondsOf(hold.HeldFor));
            writer.WriteNumber(MillisecondsOf(hold.OldestFor));
        }
    }

    public static TombstoneStatus Read(ref ByteReader reader)
    {
        var partitions = reader.ReadInt32(ValueLimits.MaxPartitions, "the partitions of a node");
        var tombstones = reader.ReadNumber("tombstones");
        var held = reader.ReadNumber("tombstones");
        var holds = new TombstoneHold[reader.ReadCount(MaxHolds, "what holds tombstones back")];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = new TombstoneHold(
                reader.ReadNode(),
                ReadReason(ref reader),
                reader.ReadInt32(ValueLimits.MaxPartitions, "the partitions of a node"),
                reader.ReadNumber("tombstones"),
                ReadAge(ref reader),
                ReadAge(ref reader));
        }

        return new TombstoneStatus(partitions, tombstones, held, holds);
    }

    private static PurgeHoldReason ReadReason(ref ByteReader reader)
    {
        var reason = (PurgeHoldReason)reader.ReadByte();
        if (reason is < PurgeHoldReason.Dead or > PurgeHoldReason.Moving)
        {
            ByteReader.Refuse($"{(byte)reason} is no reason to hold tombstones back");
        }

        return reason;
    }

    private static TimeSpan ReadAge(ref ByteReader reader) => TimeSpan.FromMilliseconds(reader.ReadNumber(MaxMilliseconds, "an age"));

    /// <summary>A node that was heard while the count was under way was silent for no time.</summary>
    private static long MillisecondsOf(TimeSpan age) => Math.Clamp((long)age.TotalMilliseconds, 0, MaxMilliseconds);
}
