using AspireKv.Encoding;

namespace AspireKv.Transport.Questions;

/// <summary>Reads one value of a question or an answer.</summary>
/// <exception cref="MalformedBytesException">The bytes are no such value.</exception>
internal delegate T Decoder<T>(ref ByteReader reader);
