using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 learner, 2 config, 4 entry), partition, process (8 bytes), number, ballot, epoch,
/// [incarnation of a learner (8 bytes)], promised for BallotRejected, [config], [entry],
/// for KeysListed: last page 1 or 0, count, keys
/// </code>
/// </summary>
internal static class PeerResponseCodec
{
    private const int IsLearner = 1;
    private const int HasConfig = 2;
    private const int HasEntry = 4;

    public static void Write(WireWriter writer, PeerResponse response)
    {
        writer.WriteByte((byte)response.Kind);
        writer.WriteByte((byte)((response.IsLearner ? IsLearner : 0)
            | (response.Config is null ? 0 : HasConfig)
            | (response.Entry is null ? 0 : HasEntry)));
        writer.WriteNumber(response.Partition);
        TopologyCodec.Write(writer, response.Id);
        VersioningCodec.Write(writer, response.Ballot);
        writer.WriteNumber(response.Epoch);
        if (response.IsLearner)
        {
            writer.WriteFixed64(response.Incarnation);
        }

        if (response.Kind == PeerResponseKind.BallotRejected)
        {
            VersioningCodec.Write(writer, response.Promised);
        }

        if (response.Config is { } config)
        {
            TopologyCodec.Write(writer, config);
        }

        if (response.Entry is { } entry)
        {
            VersioningCodec.Write(writer, entry);
        }

        if (response.Kind == PeerResponseKind.KeysListed)
        {
            Write(writer, response.Page ?? throw new ArgumentException("A list needs a page."));
        }
    }

    public static PeerResponse Read(ref WireReader reader)
    {
        var kind = (PeerResponseKind)reader.ReadByte();
        if (kind is < PeerResponseKind.Promised or > PeerResponseKind.Rebuilt)
        {
            WireReader.Refuse($"{(byte)kind} is no kind of peer response.");
        }

        var flags = reader.ReadFlags(IsLearner | HasConfig | HasEntry);
        var isLearner = (flags & IsLearner) != 0;
        return new PeerResponse
        {
            Kind = kind,
            IsLearner = isLearner,
            Partition = TopologyCodec.ReadPartition(ref reader),
            Id = TopologyCodec.ReadRequestId(ref reader),
            Ballot = VersioningCodec.ReadBallot(ref reader),
            Epoch = reader.ReadNumber("an epoch"),
            Incarnation = isLearner ? reader.ReadFixed64() : 0,
            Promised = kind == PeerResponseKind.BallotRejected ? VersioningCodec.ReadBallot(ref reader) : default(Ballot),
            Config = (flags & HasConfig) != 0 ? TopologyCodec.ReadConfig(ref reader) : null,
            Entry = (flags & HasEntry) != 0 ? VersioningCodec.ReadEntry(ref reader) : null,
            Page = kind == PeerResponseKind.KeysListed ? ReadPage(ref reader) : null,
        };
    }

    private static void Write(WireWriter writer, KeyPage page)
    {
        writer.WriteByte(page.IsLast ? (byte)1 : (byte)0);
        writer.WriteCount(page.Keys.Count, WireLimits.MaxListedKeys, "the keys of a page");
        foreach (var key in page.Keys)
        {
            VersioningCodec.Write(writer, key);
        }
    }

    private static KeyPage ReadPage(ref WireReader reader)
    {
        var isLast = reader.ReadFlags(1) != 0;
        var keys = new StoreKey[reader.ReadCount(WireLimits.MaxListedKeys, "the keys of a page")];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = VersioningCodec.ReadKey(ref reader);
        }

        if (keys.Length == 0 && !isLast)
        {
            WireReader.Refuse("A page without keys is not the last.");
        }

        return new KeyPage(keys, isLast);
    }
}
