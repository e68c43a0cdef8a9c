using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.ClusterStatus;

internal static class ClusterStatusServices
{
    /// <summary>Registers the part of <c>/health</c> that speaks of the cluster.</summary>
    public static void AddClusterStatus(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster");

    public static void MapClusterStatus(this WebApplication app)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods(ApiRoutes.Cluster, methods, ClusterEndpoint.AnswerAsync);
        app.MapMethods(ApiRoutes.Tombstones, methods, TombstonesEndpoint.AnswerAsync);
    }
}
