using System.Diagnostics;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Codec;

/// <summary>
/// What stands behind the kind of each message:
/// <code>
/// Ping, Pong                          correlation, sender's timestamp (8 bytes); a Pong repeats both
/// PeerRequest, PeerResponse           the message
/// Operation, FoundingRequest          correlation, the message
/// OperationResult, Status,
/// FoundingResponse                    the correlation of the question, the message
/// StatusRequest                       correlation
/// </code>
/// Static delegates, so that nothing is allocated to encode a message.
/// </summary>
internal static class Messages
{
    public static readonly Action<ByteWriter, (long Correlation, long Timestamp)> Ping = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        writer.WriteFixed64((ulong)message.Timestamp);
    };

    public static readonly Action<ByteWriter, (PeerRequest Request, ActivityContext Trace)> PeerRequest =
        static (writer, message) => PeerRequestCodec.Write(writer, message.Request, message.Trace);

    public static readonly Action<ByteWriter, PeerResponse> PeerResponse = PeerResponseCodec.Write;

    public static readonly Action<ByteWriter, (long Correlation, OperationRequest Request)> Operation = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        OperationCodec.Write(writer, message.Request);
    };

    public static readonly Action<ByteWriter, (long Correlation, OperationResult Result)> OperationResult = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        OperationResultCodec.Write(writer, message.Result);
    };

    public static readonly Action<ByteWriter, long> StatusRequest = static (writer, correlation) => writer.WriteNumber(correlation);

    public static readonly Action<ByteWriter, (long Correlation, NodeStatus Status)> Status = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        StatusCodec.Write(writer, message.Status);
    };

    public static readonly Action<ByteWriter, (long Correlation, FoundingRequest Request)> FoundingRequest = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        FoundingCodec.Write(writer, message.Request);
    };

    public static readonly Action<ByteWriter, (long Correlation, FoundingResponse Response)> FoundingResponse = static (writer, message) =>
    {
        writer.WriteNumber(message.Correlation);
        FoundingCodec.Write(writer, message.Response);
    };

    public static long ReadCorrelation(ref ByteReader reader) => reader.ReadNumber("a correlation");
}
