using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 config, 2 trace), partition, epoch, ballot, process (8 bytes), number,
/// [config], [trace], key for Read, Accept and Purge, entry for Accept, stamp for Purge and Rebuild,
/// incarnation (8 bytes) for Rebuild, Rebuilt and Learning, key after and buckets for List, successor for Resigned
/// </code>
/// </summary>
internal static class PeerRequestCodec
{
    private const int HasConfig = 1;
    private const int HasTrace = 2;

    public static void Write(ByteWriter writer, PeerRequest request, in ActivityContext trace)
    {
        var hasTrace = TraceCodec.IsPresent(trace);
        writer.WriteByte((byte)request.Kind);
        writer.WriteFlags((request.Config is null ? 0 : HasConfig) | (hasTrace ? HasTrace : 0));
        writer.WritePartition(request.Partition);
        writer.WriteNumber(request.Epoch);
        writer.WriteBallot(request.Ballot);
        writer.WriteRequestId(request.Id);
        if (request.Config is { } config)
        {
            writer.WriteConfig(config);
        }

        if (hasTrace)
        {
            TraceCodec.Write(writer, trace);
        }

        WriteBody(writer, request);
    }

    public static PeerRequest Read(ref ByteReader reader, out ActivityContext trace)
    {
        var kind = (PeerRequestKind)reader.ReadByte();
        if (kind is < PeerRequestKind.Prepare or > PeerRequestKind.Sum)
        {
            ByteReader.Refuse($"{(byte)kind} is no kind of peer request");
        }

        var flags = reader.ReadFlags(HasConfig | HasTrace);
        var partition = reader.ReadPartition();
        var epoch = reader.ReadNumber("an epoch");
        var ballot = reader.ReadBallot();
        var id = reader.ReadRequestId();
        var config = (flags & HasConfig) != 0 ? reader.ReadConfig() : null;
        trace = (flags & HasTrace) != 0 ? TraceCodec.Read(ref reader) : default;
        return new PeerRequest
        {
            Kind = kind,
            Partition = partition,
            Epoch = epoch,
            Ballot = ballot,
            Id = id,
            Config = config,
            Key = HasKey(kind) ? reader.ReadKey() : kind == PeerRequestKind.List ? reader.ReadKeyAfter() : default,
            Entry = kind == PeerRequestKind.Accept ? reader.ReadEntry() : null,
            Buckets = kind == PeerRequestKind.List ? reader.ReadBuckets() : default,
            PurgeStamp = HasStamp(kind) ? reader.ReadStamp() : default(Stamp),
            Incarnation = HasIncarnation(kind) ? reader.ReadFixed64() : 0,
            Successor = kind == PeerRequestKind.Resigned ? reader.ReadNode() : NodeId.None,
        };
    }

    private static bool HasKey(PeerRequestKind kind) => kind is PeerRequestKind.Read or PeerRequestKind.Accept or PeerRequestKind.Purge;

    private static bool HasStamp(PeerRequestKind kind) => kind is PeerRequestKind.Purge or PeerRequestKind.Rebuild;

    private static bool HasIncarnation(PeerRequestKind kind) =>
        kind is PeerRequestKind.Rebuild or PeerRequestKind.Rebuilt or PeerRequestKind.Learning;

    private static void WriteBody(ByteWriter writer, PeerRequest request)
    {
        if (HasKey(request.Kind))
        {
            writer.WriteKey(request.Key);
        }

        if (request.Kind == PeerRequestKind.Accept)
        {
            writer.WriteEntry(request.Entry ?? throw new ArgumentException("An Accept needs an entry."));
        }

        if (request.Kind == PeerRequestKind.List)
        {
            writer.WriteKeyAfter(request.Key);
            writer.WriteBuckets(request.Buckets);
        }

        if (HasStamp(request.Kind))
        {
            writer.WriteStamp(request.PurgeStamp);
        }

        if (HasIncarnation(request.Kind))
        {
            writer.WriteFixed64(request.Incarnation);
        }

        if (request.Kind == PeerRequestKind.Resigned)
        {
            writer.WriteNode(request.Successor);
        }
    }
}
