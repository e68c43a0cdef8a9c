using AspireKv.Cluster.Topology;

namespace AspireKv.Gateway.Administration;

/// <summary>How the API names what a member may be given.</summary>
internal static class StateName
{
    public static string Of(MemberState state) => state switch
    {
        MemberState.Idle => "idle",
        MemberState.Active => "active",
        MemberState.Draining => "draining",
        _ => "removing",
    };
}
