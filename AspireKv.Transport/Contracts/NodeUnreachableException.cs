namespace AspireKv.Transport.Contracts;

/// <summary>There is no connection to the node, it broke before the answer came, or no more questions may be outstanding on it.</summary>
public sealed class NodeUnreachableException(string message) : Exception(message);
