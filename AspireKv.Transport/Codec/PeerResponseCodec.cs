using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 learner, 2 config, 4 entry), partition, process (8 bytes), number, ballot, epoch, position,
/// [incarnation of a learner (8 bytes)], promised for BallotRejected, [config], [entry],
/// for KeysListed: count, for each in order: key, stamp; then the key up to which all are listed, as a key after,
/// for Summed: sums
/// </code>
/// </summary>
internal static class PeerResponseCodec
{
    private const int IsLearner = 1;
    private const int HasConfig = 2;
    private const int HasEntry = 4;

    public static void Write(ByteWriter writer, PeerResponse response)
    {
        writer.WriteByte((byte)response.Kind);
        writer.WriteFlags((response.IsLearner ? IsLearner : 0)
            | (response.Config is null ? 0 : HasConfig)
            | (response.Entry is null ? 0 : HasEntry));
        writer.WritePartition(response.Partition);
        writer.WriteRequestId(response.Id);
        writer.WriteBallot(response.Ballot);
        writer.WriteNumber(response.Epoch);
        writer.WriteNumber(response.Position);
        if (response.IsLearner)
        {
            writer.WriteFixed64(response.Incarnation);
        }

        if (response.Kind == PeerResponseKind.BallotRejected)
        {
            writer.WriteBallot(response.Promised);
        }

        if (response.Config is { } config)
        {
            writer.WriteConfig(config);
        }

        if (response.Entry is { } entry)
        {
            writer.WriteEntry(entry);
        }

        if (response.Kind == PeerResponseKind.KeysListed)
        {
            Write(writer, response.Page ?? throw new ArgumentException("A list needs a page."));
        }

        if (response.Kind == PeerResponseKind.Summed)
        {
            writer.WriteSums(response.Sums ?? throw new ArgumentException("An answer to Sum needs sums."));
        }
    }

    public static PeerResponse Read(ref ByteReader reader)
    {
        var kind = (PeerResponseKind)reader.ReadByte();
        if (kind is < PeerResponseKind.Promised or > PeerResponseKind.Summed)
        {
            ByteReader.Refuse($"{(byte)kind} is no kind of peer response");
        }

        var flags = reader.ReadFlags(IsLearner | HasConfig | HasEntry);
        var isLearner = (flags & IsLearner) != 0;
        return new PeerResponse
        {
            Kind = kind,
            IsLearner = isLearner,
            Partition = reader.ReadPartition(),
            Id = reader.ReadRequestId(),
            Ballot = reader.ReadBallot(),
            Epoch = reader.ReadNumber("an epoch"),
            Position = reader.ReadNumber("a position"),
            Incarnation = isLearner ? reader.ReadFixed64() : 0,
            Promised = kind == PeerResponseKind.BallotRejected ? reader.ReadBallot() : default(Ballot),
            Config = (flags & HasConfig) != 0 ? reader.ReadConfig() : null,
            Entry = (flags & HasEntry) != 0 ? reader.ReadEntry() : null,
            Page = kind == PeerResponseKind.KeysListed ? ReadPage(ref reader) : null,
            Sums = kind == PeerResponseKind.Summed ? reader.ReadSums() : null,
        };
    }

    private static void Write(ByteWriter writer, KeyPage page)
    {
        writer.WriteCount(page.Keys.Count, WireLimits.MaxListedKeys, "the keys of a page");
        foreach (var listed in page.Keys)
        {
            writer.WriteKey(listed.Key);
            writer.WriteStamp(listed.Stamp);
        }

        writer.WriteKeyAfter(page.UpTo);
    }

    private static KeyPage ReadPage(ref ByteReader reader)
    {
        var keys = new ListedKey[reader.ReadCount(WireLimits.MaxListedKeys, "the keys of a page")];
        var last = default(StoreKey);
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new ListedKey(reader.ReadKey(), reader.ReadStamp());
            if (keys[i].Key <= last)
            {
                ByteReader.Refuse("the keys of a page are not in order");
            }

            last = keys[i].Key;
        }

        var upTo = reader.ReadKeyAfter();
        if (upTo.Length != 0 && upTo < last)
        {
            ByteReader.Refuse("a page has keys behind its end");
        }

        return new KeyPage(keys, upTo);
    }
}
