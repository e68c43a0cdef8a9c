using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// kind, flags (1 content type, 2 expiry, 4 access token, 8 trace, 16 relay, 32 system partition), hops (1 byte), timeout in ms,
/// [access token], [trace], [node to relay to], key, condition, revisions (count, stamp ...) for the conditions that speak of them,
/// [content type], [expiry, signed], value for Put
/// </code>
/// </summary>
internal static class OperationCodec
{
    private const int HasContentType = 1;
    private const int HasExpiry = 2;
    private const int HasToken = 4;
    private const int HasTrace = 8;
    private const int HasRelay = 16;
    private const int IsOfSystem = 32;

    public static void Write(ByteWriter writer, OperationRequest request)
    {
        var operation = request.Operation;
        var hasTrace = TraceCodec.IsPresent(request.Trace);
        writer.WriteByte((byte)operation.Kind);
        writer.WriteFlags((operation.ContentType is null ? 0 : HasContentType)
            | (operation.ExpiresAtUnixMilliseconds is null ? 0 : HasExpiry)
            | (request.AccessToken.IsEmpty ? 0 : HasToken)
            | (hasTrace ? HasTrace : 0)
            | (request.RelayTo == NodeId.None ? 0 : HasRelay)
            | (request.IsOfSystem ? IsOfSystem : 0));
        writer.WriteByte(checked((byte)request.HopCount));
        writer.WriteNumber(Milliseconds(request.Timeout));
        if (!request.AccessToken.IsEmpty)
        {
            writer.WriteBlock(request.AccessToken.Span, WireLimits.MaxAccessTokenBytes, "the bytes of an access token");
        }

        if (hasTrace)
        {
            TraceCodec.Write(writer, request.Trace);
        }

        if (request.RelayTo != NodeId.None)
        {
            writer.WriteNode(request.RelayTo);
        }

        WriteOperation(writer, operation);
    }

    public static OperationRequest Read(ref ByteReader reader)
    {
        var kind = (OperationKind)reader.ReadByte();
        if (kind is < OperationKind.Get or > OperationKind.Delete)
        {
            ByteReader.Refuse($"{(byte)kind} is no kind of operation");
        }

        var flags = reader.ReadFlags(HasContentType | HasExpiry | HasToken | HasTrace | HasRelay | IsOfSystem);
        var hopCount = reader.ReadByte();
        var timeout = TimeSpan.FromMilliseconds(reader.ReadNumber((long)WireLimits.MaxTimeout.TotalMilliseconds, "a timeout"));
        var token = (flags & HasToken) != 0
            ? reader.ReadRepeatedBlock(WireLimits.MaxAccessTokenBytes, "the length of an access token")
            : default;
        var trace = (flags & HasTrace) != 0 ? TraceCodec.Read(ref reader) : default;
        var relayTo = (flags & HasRelay) != 0 ? reader.ReadNode() : NodeId.None;
        return new OperationRequest
        {
            HopCount = hopCount,
            Timeout = timeout,
            AccessToken = token,
            Trace = trace,
            RelayTo = relayTo,
            IsOfSystem = (flags & IsOfSystem) != 0,
            Operation = ReadOperation(ref reader, kind, flags),
        };
    }

    private static long Milliseconds(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero || timeout > WireLimits.MaxTimeout)
        {
            throw new ArgumentException($"A timeout is between zero and {WireLimits.MaxTimeout}, not {timeout}.");
        }

        return (long)Math.Ceiling(timeout.TotalMilliseconds);
    }

    private static void WriteOperation(ByteWriter writer, ClientOperation operation)
    {
        writer.WriteKey(operation.Key);
        writer.WriteByte((byte)operation.Condition);
        if (HasRevisions(operation.Condition))
        {
            writer.WriteCount(operation.Revisions.Count, WireLimits.MaxRevisions, "the revisions of a condition");
            foreach (var revision in operation.Revisions)
            {
                writer.WriteStamp(revision);
            }
        }

        if (operation.ContentType is { } contentType)
        {
            writer.WriteContentType(contentType);
        }

        if (operation.ExpiresAtUnixMilliseconds is { } expiry)
        {
            writer.WriteSigned(expiry);
        }

        if (operation.Kind == OperationKind.Put)
        {
            writer.WriteValue(operation.Value.Span);
        }
    }

    private static ClientOperation ReadOperation(ref ByteReader reader, OperationKind kind, int flags)
    {
        var key = reader.ReadKey();
        var condition = (ConditionKind)reader.ReadByte();
        if (condition > ConditionKind.DoesNotExist)
        {
            ByteReader.Refuse($"{(byte)condition} is no kind of condition");
        }

        return new ClientOperation
        {
            Kind = kind,
            Key = key,
            Condition = condition,
            Revisions = HasRevisions(condition) ? ReadRevisions(ref reader) : [],
            ContentType = (flags & HasContentType) != 0 ? reader.ReadContentType() : null,
            ExpiresAtUnixMilliseconds = (flags & HasExpiry) != 0 ? reader.ReadSigned() : null,
            Value = kind == OperationKind.Put ? reader.ReadValue() : default(ReadOnlyMemory<byte>),
        };
    }

    private static bool HasRevisions(ConditionKind condition) =>
        condition is ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf;

    private static Stamp[] ReadRevisions(ref ByteReader reader)
    {
        var revisions = new Stamp[reader.ReadCount(WireLimits.MaxRevisions, "the revisions of a condition")];
        for (var i = 0; i < revisions.Length; i++)
        {
            revisions[i] = reader.ReadStamp();
        }

        return revisions;
    }
}
