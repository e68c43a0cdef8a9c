namespace AspireKv.Encoding;

/// <summary>
/// Bytes are not what a writer wrote. On the wire they cost the peer its connection; on disk, where a checksum vouches for them, they are
/// another program's: each side translates. The message is the rest of a sentence.
/// </summary>
public sealed class MalformedBytesException(string message) : Exception(message);
