namespace AspireKv.Encoding;

/// <summary>
/// Bytes are not what a writer wrote. On the wire they cost the peer its connection, on disk they are damage: each side translates. The
/// message is the rest of a sentence.
/// </summary>
public sealed class MalformedBytesException(string message) : Exception(message);
