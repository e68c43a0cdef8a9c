using System.Diagnostics;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 config, 2 trace), partition, epoch, ballot, process (8 bytes), number,
/// [config], [trace], key for Read, Accept and Purge, entry for Accept, stamp for Purge and Rebuild,
/// incarnation (8 bytes) for Rebuild, Rebuilt and Learning, length and bytes of the key before for List
/// </code>
/// </summary>
internal static class PeerRequestCodec
{
    private const int HasConfig = 1;
    private const int HasTrace = 2;

    public static void Write(WireWriter writer, PeerRequest request, in ActivityContext trace)
    {
        var hasTrace = TraceCodec.IsPresent(trace);
        writer.WriteByte((byte)request.Kind);
        writer.WriteByte((byte)((request.Config is null ? 0 : HasConfig) | (hasTrace ? HasTrace : 0)));
        writer.WriteNumber(request.Partition);
        writer.WriteNumber(request.Epoch);
        VersioningCodec.Write(writer, request.Ballot);
        TopologyCodec.Write(writer, request.Id);
        if (request.Config is { } config)
        {
            TopologyCodec.Write(writer, config);
        }

        if (hasTrace)
        {
            TraceCodec.Write(writer, trace);
        }

        WriteBody(writer, request);
    }

    public static PeerRequest Read(ref WireReader reader, out ActivityContext trace)
    {
        var kind = (PeerRequestKind)reader.ReadByte();
        if (kind is < PeerRequestKind.Prepare or > PeerRequestKind.Learning)
        {
            WireReader.Refuse($"{(byte)kind} is no kind of peer request.");
        }

        var flags = reader.ReadFlags(HasConfig | HasTrace);
        var partition = TopologyCodec.ReadPartition(ref reader);
        var epoch = reader.ReadNumber("an epoch");
        var ballot = VersioningCodec.ReadBallot(ref reader);
        var id = TopologyCodec.ReadRequestId(ref reader);
        var config = (flags & HasConfig) != 0 ? TopologyCodec.ReadConfig(ref reader) : null;
        trace = (flags & HasTrace) != 0 ? TraceCodec.Read(ref reader) : default;
        return new PeerRequest
        {
            Kind = kind,
            Partition = partition,
            Epoch = epoch,
            Ballot = ballot,
            Id = id,
            Config = config,
            Key = HasKey(kind) ? VersioningCodec.ReadKey(ref reader) : kind == PeerRequestKind.List ? ReadAfter(ref reader) : default,
            Entry = kind == PeerRequestKind.Accept ? VersioningCodec.ReadEntry(ref reader) : null,
            PurgeStamp = HasStamp(kind) ? VersioningCodec.ReadStamp(ref reader) : default(Stamp),
            Incarnation = HasIncarnation(kind) ? reader.ReadFixed64() : 0,
        };
    }

    private static bool HasKey(PeerRequestKind kind) => kind is PeerRequestKind.Read or PeerRequestKind.Accept or PeerRequestKind.Purge;

    private static bool HasStamp(PeerRequestKind kind) => kind is PeerRequestKind.Purge or PeerRequestKind.Rebuild;

    private static bool HasIncarnation(PeerRequestKind kind) =>
        kind is PeerRequestKind.Rebuild or PeerRequestKind.Rebuilt or PeerRequestKind.Learning;

    /// <summary>Empty to begin with the first key.</summary>
    private static StoreKey ReadAfter(ref WireReader reader)
    {
        var bytes = reader.ReadBlock(WireLimits.MaxKeyBytes, "the length of a key");
        return bytes.IsEmpty ? default : new StoreKey(bytes.ToArray());
    }

    private static void WriteBody(WireWriter writer, PeerRequest request)
    {
        if (HasKey(request.Kind))
        {
            VersioningCodec.Write(writer, request.Key);
        }

        if (request.Kind == PeerRequestKind.Accept)
        {
            VersioningCodec.Write(writer, request.Entry ?? throw new ArgumentException("An Accept needs an entry."));
        }

        if (request.Kind == PeerRequestKind.List)
        {
            writer.WriteBlock(request.Key.Bytes, WireLimits.MaxKeyBytes, "the bytes of a key");
        }

        if (HasStamp(request.Kind))
        {
            VersioningCodec.Write(writer, request.PurgeStamp);
        }

        if (HasIncarnation(request.Kind))
        {
            writer.WriteFixed64(request.Incarnation);
        }
    }
}
