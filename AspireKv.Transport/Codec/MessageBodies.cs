using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Codec;

/// <summary>
/// What stands behind the kind of each message:
/// <code>
/// Ping                                the sender's timestamp (8 bytes)
/// Pong                                the timestamp of the Ping, the condition of the node
/// PeerRequest, PeerResponse           the message
/// Operation                           correlation, the message
/// OperationResult                     the correlation of the operation, the message
/// GoAway                              nothing
/// </code>
/// Static delegates, so that nothing is allocated to encode a message. The bytes of questions and answers are drawn beside the descriptor
/// of a question.
/// </summary>
internal static class MessageBodies
{
    public static readonly Action<ByteWriter, long> Ping = static (writer, timestamp) => writer.WriteFixed64((ulong)timestamp);

    public static readonly Action<ByteWriter, (long Timestamp, NodeCondition Condition)> Pong = static (writer, pong) =>
    {
        writer.WriteFixed64((ulong)pong.Timestamp);
        ConditionCodec.Write(writer, pong.Condition);
    };

    /// <summary>The body of a message that is only a kind.</summary>
    public static readonly Action<ByteWriter, int> Nothing = static (_, _) => { };

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

    public static long ReadPing(ref ByteReader reader)
    {
        var timestamp = (long)reader.ReadFixed64();
        reader.ExpectEnd();
        return timestamp;
    }

    public static (long Timestamp, NodeCondition Condition) ReadPong(ref ByteReader reader)
    {
        var timestamp = (long)reader.ReadFixed64();
        var condition = ConditionCodec.Read(ref reader);
        reader.ExpectEnd();
        return (timestamp, condition);
    }

    public static long ReadCorrelation(ref ByteReader reader) => reader.ReadNumber("a correlation");
}
