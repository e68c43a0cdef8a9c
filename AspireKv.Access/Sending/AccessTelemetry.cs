using System.Diagnostics;
using AspireKv.Cluster.Operations;

namespace AspireKv.Access.Sending;

/// <summary>The spans of operations as this process sends them: one for each, from the choice of a node to its answer.</summary>
public static class AccessTelemetry
{
    internal static readonly ActivitySource Source = new("AspireKv.Access");

    /// <summary>What the operation is called in spans and metrics.</summary>
    public static string NameOf(OperationKind kind) => kind switch
    {
        OperationKind.Get => "get",
        OperationKind.Put => "put",
        _ => "delete",
    };
}
