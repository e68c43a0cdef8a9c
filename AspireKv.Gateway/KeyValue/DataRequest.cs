using AspireKv.Access.Sending;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.KeyValue;

/// <summary>A client's operation on its way through the gateway, and how its client asked for it: a feature of its HTTP request.</summary>
internal sealed class DataRequest : OperationCall, IOutcomeFeature
{
    public required ApiFamily Family { get; init; }

    /// <summary>If-Match and If-None-Match, for a read; for a change they are in the operation.</summary>
    public Preconditions Preconditions { get; init; }

    /// <summary>The answer of a JSON route names the revision: its client asked in the form that knows of revisions.</summary>
    public bool NamesRevision { get; init; }

    /// <summary>How the operation ended; null until it has.</summary>
    public OperationResult? Result { get; set; }

    string IOutcomeFeature.Outcome => IsSent ? Outcome.Unknown : Outcome.NotApplied;

    /// <summary>The operation that was read from the request, or null where the request is not one for data.</summary>
    public static DataRequest? Of(HttpContext context) => context.Features.Get<IOutcomeFeature>() as DataRequest;

    /// <summary>
    /// Leaves the operation with its request, once for both that ask for it: a request has few features, and each is a search among them.
    /// </summary>
    public void AttachTo(HttpContext context) => context.Features.Set<IOutcomeFeature>(this);
}
