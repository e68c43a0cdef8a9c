using AspireKv.Access.Sending;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Api;

namespace AspireKv.Gateway.Routing;

/// <summary>A client's operation on its way through the gateway, and how its client asked for it: a feature of its HTTP request.</summary>
internal sealed class DataRequest : OperationCall
{
    public required ApiFamily Family { get; init; }

    /// <summary>If-Match and If-None-Match, for a read; for a change they are in the operation.</summary>
    public Preconditions Preconditions { get; init; }

    /// <summary>How the operation ended; null until it has.</summary>
    public OperationResult? Result { get; set; }
}
