namespace AspireKv.Encoding;

/// <summary>Reads one value.</summary>
/// <exception cref="MalformedBytesException">The bytes are no such value.</exception>
public delegate T Decoder<T>(ref ByteReader reader);
