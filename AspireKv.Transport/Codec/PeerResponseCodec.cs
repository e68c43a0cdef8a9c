using AspireKv.Cluster.Consensus;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 learner, 2 config, 4 entry), partition, process (8 bytes), number, ballot, epoch,
/// promised for BallotRejected, [config], [entry]
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
    }

    public static PeerResponse Read(ref WireReader reader)
    {
        var kind = (PeerResponseKind)reader.ReadByte();
        if (kind is < PeerResponseKind.Promised or > PeerResponseKind.EpochRejected)
        {
            WireReader.Refuse($"{(byte)kind} is no kind of peer response.");
        }

        var flags = reader.ReadFlags(IsLearner | HasConfig | HasEntry);
        return new PeerResponse
        {
            Kind = kind,
            IsLearner = (flags & IsLearner) != 0,
            Partition = TopologyCodec.ReadPartition(ref reader),
            Id = TopologyCodec.ReadRequestId(ref reader),
            Ballot = VersioningCodec.ReadBallot(ref reader),
            Epoch = reader.ReadNumber("an epoch"),
            Promised = kind == PeerResponseKind.BallotRejected ? VersioningCodec.ReadBallot(ref reader) : default(Ballot),
            Config = (flags & HasConfig) != 0 ? TopologyCodec.ReadConfig(ref reader) : null,
            Entry = (flags & HasEntry) != 0 ? VersioningCodec.ReadEntry(ref reader) : null,
        };
    }
}
