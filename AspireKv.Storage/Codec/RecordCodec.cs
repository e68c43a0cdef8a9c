using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Storage.Codec;

/// <summary>
/// A <see cref="ReplicaRecord"/> in bytes, in the alphabet of <see cref="AspireKv.Encoding"/>. Which version these bytes are of stands in
/// the header of the segment that holds them.
/// <code>
/// record            kind (1 byte), partition, and
/// EntryAccepted     1  count, for each: key, entry
/// BallotPromised    2  ballot
/// ConfigTaken       3  flags (1 emptied, 2 learner), since, config
/// TombstonePurged   4  count, for each: key, stamp
/// LearnerMarked     6  1 or 0
/// RebuildBegun      7  stamp
/// </code>
/// This version writes counts of 1 and refuses others: there is room for records that change several keys at once.
/// </summary>
internal static class RecordCodec
{
    /// <summary>The largest record: kind, partition, count, key, entry.</summary>
    public const int MaxBytes = StoreKey.MaxBytes + ValueLimits.MaxContentTypeBytes + ValueLimits.MaxValueBytes + 256;

    private const int IsEmptied = 1;
    private const int IsLearner = 2;

    /// <exception cref="ArgumentException">The format cannot hold the record; the writer holds a part of it.</exception>
    public static void Write(ByteWriter writer, ReplicaRecord record)
    {
        writer.WriteByte((byte)KindOf(record));
        writer.WritePartition(record.Partition);
        switch (record)
        {
            case EntryAccepted accepted:
                writer.WriteNumber(1);
                writer.WriteKey(accepted.Key);
                writer.WriteEntry(accepted.Entry);
                break;
            case BallotPromised promised:
                writer.WriteBallot(promised.Ballot);
                break;
            case ConfigTaken taken:
                writer.WriteFlags((taken.IsEmptied ? IsEmptied : 0) | (taken.IsLearner ? IsLearner : 0));
                writer.WriteNumber(taken.Since);
                writer.WriteConfig(taken.Config);
                break;
            case TombstonePurged purged:
                writer.WriteNumber(1);
                writer.WriteKey(purged.Key);
                writer.WriteStamp(purged.Stamp);
                break;
            case LearnerMarked marked:
                writer.WriteFlag(marked.IsLearner);
                break;
            case RebuildBegun begun:
                writer.WriteStamp(begun.Fence);
                break;
        }
    }

    /// <exception cref="MalformedBytesException">These bytes are no record of this version.</exception>
    public static ReplicaRecord Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var kind = (RecordKind)reader.ReadByte();
        var record = Read(ref reader, kind, reader.ReadPartition());
        reader.ExpectEnd();
        return record;
    }

    private static ReplicaRecord Read(ref ByteReader reader, RecordKind kind, int partition)
    {
        if (kind is RecordKind.EntryAccepted or RecordKind.TombstonePurged
            && reader.ReadNumber("the keys of a record") is not 1 and var count)
        {
            ByteReader.Refuse($"a record is of {count} keys, and this version knows only records of one");
        }

        return kind switch
        {
            RecordKind.EntryAccepted => new EntryAccepted(partition, reader.ReadKey(), reader.ReadEntry()),
            RecordKind.BallotPromised => new BallotPromised(partition, reader.ReadBallot()),
            RecordKind.ConfigTaken => ReadConfigTaken(ref reader, partition),
            RecordKind.TombstonePurged => new TombstonePurged(partition, reader.ReadKey(), reader.ReadStamp()),
            RecordKind.LearnerMarked => new LearnerMarked(partition, reader.ReadFlag()),
            RecordKind.RebuildBegun => new RebuildBegun(partition, reader.ReadStamp()),
            _ => throw new MalformedBytesException($"a record is of kind {(byte)kind}, which this version does not know"),
        };
    }

    private static ConfigTaken ReadConfigTaken(ref ByteReader reader, int partition)
    {
        var flags = reader.ReadFlags(IsEmptied | IsLearner);
        var since = reader.ReadNumber("an epoch");
        return new ConfigTaken(partition, reader.ReadConfig(), since, (flags & IsEmptied) != 0, (flags & IsLearner) != 0);
    }

    private static RecordKind KindOf(ReplicaRecord record) => record switch
    {
        EntryAccepted => RecordKind.EntryAccepted,
        BallotPromised => RecordKind.BallotPromised,
        ConfigTaken => RecordKind.ConfigTaken,
        TombstonePurged => RecordKind.TombstonePurged,
        LearnerMarked => RecordKind.LearnerMarked,
        RebuildBegun => RecordKind.RebuildBegun,
        _ => throw new ArgumentException($"A {record.GetType().Name} cannot be stored.", nameof(record)),
    };
}
