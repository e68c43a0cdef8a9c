namespace AspireKv.Transport.Contracts;

/// <summary>
/// Bytes from a peer that are no message of this protocol, or that exceed one of its bounds. Costs the peer its connection, nothing else.
/// </summary>
internal sealed class MalformedMessageException(string message, Exception? cause = null) : Exception(message, cause);
