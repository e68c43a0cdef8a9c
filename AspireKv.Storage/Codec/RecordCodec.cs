using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;

namespace AspireKv.Storage.Codec;

/// <summary>
/// A <see cref="ReplicaRecord"/> in bytes. Which version these bytes are of stands in the header of the segment that holds them.
/// <code>
/// EntryAccepted     1 | partition u32 | length u16, key | entry
/// BallotPromised    2 | partition u32 | ballot
/// ConfigAdopted     3 | partition u32 | config
/// TombstonePurged   4 | partition u32 | length u16, key | stamp
/// PartitionEmptied  5 | partition u32 | since i64
/// LearnerMarked     6 | partition u32 | 1 or 0
/// RebuildBegun      7 | partition u32 | stamp
/// </code>
/// </summary>
internal static class RecordCodec
{
    private const int HeadBytes = 5;

    /// <summary>The number of bytes that <see cref="Write"/> takes.</summary>
    /// <exception cref="ArgumentException">The format cannot hold the record; see <see cref="Limits"/>.</exception>
    public static int Measure(ReplicaRecord record)
    {
        if ((uint)record.Partition > Limits.MaxPartition)
        {
            throw new ArgumentException($"Partition {record.Partition} is not in 0 to {Limits.MaxPartition}.", nameof(record));
        }

        return HeadBytes + record switch
        {
            EntryAccepted accepted => MeasureKey(accepted.Key) + EntryCodec.Measure(accepted.Entry),
            BallotPromised => ClusterCodec.BallotBytes,
            ConfigAdopted adopted => ClusterCodec.Measure(adopted.Config),
            TombstonePurged purged => MeasureKey(purged.Key) + ClusterCodec.StampBytes,
            PartitionEmptied => 8,
            LearnerMarked => 1,
            RebuildBegun => ClusterCodec.StampBytes,
            _ => throw new ArgumentException($"A {record.GetType().Name} cannot be stored.", nameof(record)),
        };
    }

    public static void Write(ref ByteWriter writer, ReplicaRecord record)
    {
        writer.Byte((byte)KindOf(record));
        writer.UInt32((uint)record.Partition);
        switch (record)
        {
            case EntryAccepted accepted:
                WriteKey(ref writer, accepted.Key);
                writer.Write(accepted.Entry);
                break;
            case BallotPromised promised:
                writer.Write(promised.Ballot);
                break;
            case ConfigAdopted adopted:
                writer.Write(adopted.Config);
                break;
            case TombstonePurged purged:
                WriteKey(ref writer, purged.Key);
                writer.Write(purged.Stamp);
                break;
            case PartitionEmptied emptied:
                writer.Int64(emptied.Since);
                break;
            case LearnerMarked marked:
                writer.Byte(marked.IsLearner ? (byte)1 : (byte)0);
                break;
            case RebuildBegun begun:
                writer.Write(begun.Fence);
                break;
        }
    }

    /// <exception cref="InvalidDataException">These bytes are no record of this version.</exception>
    public static ReplicaRecord Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var kind = (RecordKind)reader.Byte();
        var partition = reader.UInt32();
        if (partition > Limits.MaxPartition)
        {
            throw new InvalidDataException($"a record names partition {partition}");
        }

        var record = Read(ref reader, kind, (int)partition);
        reader.End();
        return record;
    }

    private static ReplicaRecord Read(ref ByteReader reader, RecordKind kind, int partition) => kind switch
    {
        RecordKind.EntryAccepted => new EntryAccepted(partition, ReadKey(ref reader), reader.Entry()),
        RecordKind.BallotPromised => new BallotPromised(partition, reader.Ballot()),
        RecordKind.ConfigAdopted => new ConfigAdopted(partition, reader.Config()),
        RecordKind.TombstonePurged => new TombstonePurged(partition, ReadKey(ref reader), reader.Stamp()),
        RecordKind.PartitionEmptied => new PartitionEmptied(partition, reader.Int64()),
        RecordKind.LearnerMarked => new LearnerMarked(partition, reader.Flag()),
        RecordKind.RebuildBegun => new RebuildBegun(partition, reader.Stamp()),
        _ => throw new InvalidDataException($"a record is of kind {(byte)kind}, which this version does not know"),
    };

    private static RecordKind KindOf(ReplicaRecord record) => record switch
    {
        EntryAccepted => RecordKind.EntryAccepted,
        BallotPromised => RecordKind.BallotPromised,
        ConfigAdopted => RecordKind.ConfigAdopted,
        TombstonePurged => RecordKind.TombstonePurged,
        PartitionEmptied => RecordKind.PartitionEmptied,
        RebuildBegun => RecordKind.RebuildBegun,
        _ => RecordKind.LearnerMarked,
    };

    private static int MeasureKey(StoreKey key) => key.Length is > 0 and <= Limits.MaxKeyBytes
        ? 2 + key.Length
        : throw new ArgumentException($"A key has 1 to {Limits.MaxKeyBytes} bytes; this one has {key.Length}.", nameof(key));

    private static void WriteKey(ref ByteWriter writer, StoreKey key)
    {
        writer.UInt16((ushort)key.Length);
        writer.Bytes(key.Bytes);
    }

    private static StoreKey ReadKey(ref ByteReader reader) => new(reader.Bytes(reader.UInt16()).ToArray());
}
