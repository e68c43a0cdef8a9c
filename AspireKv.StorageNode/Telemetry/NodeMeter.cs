using System.Diagnostics.Metrics;

namespace AspireKv.StorageNode.Telemetry;

/// <summary>The one meter of a storage node; each folder adds its own instruments.</summary>
internal static class NodeMeter
{
    public const string Name = "AspireKv.StorageNode";

    public static Meter CreateNodeMeter(this IMeterFactory meters) => meters.Create(Name);
}
