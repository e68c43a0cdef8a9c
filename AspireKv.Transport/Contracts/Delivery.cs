namespace AspireKv.Transport.Contracts;

/// <summary>How far an operation got on its way to a node.</summary>
public enum Delivery
{
    /// <summary>No byte was handed to a connection: the node cannot have seen the operation, which may be sent elsewhere.</summary>
    NotSent,

    /// <summary>The node answered.</summary>
    Answered,

    /// <summary>
    /// The operation was, or may have been, handed to a connection, and no answer came: the node may have carried it out, so the operation
    /// must not be repeated.
    /// </summary>
    Unknown,
}
