using AspireKv.Access.Knowledge;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// The header by which the client of an answer sees of which topology it speaks: <c>VERSION.GENERATION</c>. A gateway hears of a new
/// topology a moment after it was made; by the header a client tells an answer that is older than the order before it.
/// </summary>
internal static class TopologyHeader
{
    public const string Name = "AspireKv-Topology";

    /// <summary>
    /// Whatever the answer becomes, an error too, it has the header: of the topology that this gateway knows, unless another was set.
    /// </summary>
    public static void Promise(HttpContext context) => context.Response.OnStarting(static state =>
    {
        var context = (HttpContext)state;
        if (context.Response.Headers[Name].Count == 0
            && context.RequestServices.GetRequiredService<ClusterKnowledge>().View.Topology is { } topology)
        {
            Set(context, topology.Version, topology.Generation);
        }

        return Task.CompletedTask;
    }, context);

    public static void Set(HttpContext context, long version, long generation) =>
        context.Response.Headers[Name] = $"{version}.{generation}";
}
