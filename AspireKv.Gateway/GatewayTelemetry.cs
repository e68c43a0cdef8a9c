using System.Diagnostics;
using AspireKv.Cluster.Operations;

namespace AspireKv.Gateway;

/// <summary>The gateway's spans: one for each operation, from the choice of a node to its answer.</summary>
internal static class GatewayTelemetry
{
    public const string Name = "AspireKv.Gateway";

    public static readonly ActivitySource Source = new(Name);

    public static string SpanName(OperationKind kind) => kind switch
    {
        OperationKind.Get => "get",
        OperationKind.Put => "put",
        _ => "delete",
    };
}
