namespace AspireKv.Transport.Contracts;

/// <summary>How far an operation got on its way to a node.</summary>
public enum Delivery
{
    /// <summary>No byte of it was handed to a connection: the node cannot have seen it, and it may be sent elsewhere.</summary>
    NotSent,

    /// <summary>The node answered.</summary>
    Answered,

    /// <summary>It was, or may have been, handed to a connection, and no answer came: it may have been carried out and must not be repeated.</summary>
    Unknown,
}
