using AspireKv.Cluster.Membership;

namespace AspireKv.Gateway.Tests.Hosting;

internal static class Refusals
{
    /// <summary>Every code by which the cluster refuses a change of its topology.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        .. typeof(TopologyRefusal).GetFields().Where(static field => field.IsLiteral)
            .Select(static field => (string)field.GetRawConstantValue()!),
    ];
}
