using System.Diagnostics;

namespace AspireKv.StorageNode.Telemetry;

/// <summary>The spans of a storage node.</summary>
internal static class NodeTracing
{
    public static readonly ActivitySource Source = new("AspireKv.StorageNode");
}
