using AspireKv.Encoding;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Frames;

/// <summary>Takes the messages of one connection, on its read loop.</summary>
internal interface IFrameSink
{
    /// <summary>Bytes arrived, be it a part of a long message only.</summary>
    void OnReceived();

    /// <summary>A frame arrived whole; its messages follow.</summary>
    /// <param name="topologyVersion">The version of the topology that the sender went by.</param>
    void OnFrame(long topologyVersion)
    {
    }

    /// <summary>Whole messages arrived and follow.</summary>
    void OnBatchStart();

    /// <exception cref="MalformedMessageException">The message is not legal here: the connection is closed.</exception>
    /// <exception cref="MalformedBytesException">The bytes are no such message: the connection is closed.</exception>
    void OnMessage(MessageKind kind, ref ByteReader reader);

    /// <summary>All messages that had arrived were handed over.</summary>
    void OnBatchEnd();
}
