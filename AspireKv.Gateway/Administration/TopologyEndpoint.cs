using AspireKv.Access.Knowledge;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary><c>GET /v1/admin/topology</c>: the newest topology that this gateway heard of, whole.</summary>
internal static class TopologyEndpoint
{
    public static Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<ClusterKnowledge>().View.Topology is not { } topology)
        {
            return services.GetRequiredService<ErrorAnswer>().WriteAsync(context, ApiError.NotFounded);
        }

        context.Response.Headers.ETag = $"\"{topology.Version}\"";

        // Another topology may have come since; the header and the body are of one and the same.
        TopologyHeader.Set(context, topology.Version, topology.Generation);
        return context.Response.WriteAsJsonAsync(
            TopologyAnswer.Of(topology), TopologyJson.Default.TopologyAnswer, contentType: null, context.RequestAborted);
    }
}
