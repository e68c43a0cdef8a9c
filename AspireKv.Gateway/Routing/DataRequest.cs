using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Api;

namespace AspireKv.Gateway.Routing;

/// <summary>A client's operation on its way through the gateway: a feature of its HTTP request. Used by one thread at a time.</summary>
internal sealed class DataRequest
{
    public required ApiFamily Family { get; init; }

    public required ClientOperation Operation { get; init; }

    /// <summary>If-Match and If-None-Match, for a read; for a change they are in the operation.</summary>
    public Preconditions Preconditions { get; init; }

    /// <summary>The client's access token, for the node to check again.</summary>
    public ReadOnlyMemory<byte> AccessToken { get; init; }

    /// <summary>The key's partition, or -1 while the cluster is not known.</summary>
    public required int Partition { get; init; }

    /// <summary>When the request had been read, as a timestamp: the operation's time runs from here.</summary>
    public required long Started { get; init; }

    /// <summary>True once a node may have seen the operation: from then on only its result says whether it was applied.</summary>
    public bool IsSent { get; set; }

    /// <summary>How the operation ended; null until it has.</summary>
    public OperationResult? Result { get; set; }

    public bool IsRead => Operation.Kind == OperationKind.Get;
}
