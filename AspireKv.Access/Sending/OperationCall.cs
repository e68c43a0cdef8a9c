using AspireKv.Cluster.Operations;

namespace AspireKv.Access.Sending;

/// <summary>
/// One operation on its way to the nodes, and how far it got. A host may derive a class of its own, which saves it a second object for each
/// operation. Used by one thread at a time.
/// </summary>
public class OperationCall
{
    public required ClientOperation Operation { get; init; }

    /// <summary>The client's access token, which the node checks; empty where the node asks for none.</summary>
    public ReadOnlyMemory<byte> AccessToken { get; init; }

    /// <summary>The key's partition, or -1 while the cluster is not known.</summary>
    public required int Partition { get; init; }

    /// <summary>When the operation began, as a timestamp of the sender's TimeProvider: its time runs from here.</summary>
    public required long Started { get; init; }

    /// <summary>True once a node may have seen the operation: from then on only its result says whether it was applied.</summary>
    public bool IsSent { get; internal set; }

    /// <summary>How often the operation was sent to a further node.</summary>
    public int Repeats { get; internal set; }

    public bool IsRead => Operation.Kind == OperationKind.Get;
}
