using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Administration;

internal static class AdministrationServices
{
    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddSingleton<TopologyAsker>();
        services.AddSingleton<OrderEndpoint>();
        services.AddSingleton<PlanEndpoint>();
    }

    public static void MapAdministration(this WebApplication app)
    {
        var orders = app.Services.GetRequiredService<OrderEndpoint>();
        var plans = app.Services.GetRequiredService<PlanEndpoint>();
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        Map(app, ApiRoutes.Topology, read, TopologyEndpoint.AnswerAsync);
        Map(app, ApiRoutes.Members, read, MembersEndpoint.AnswerAsync);
        Map(app, ApiRoutes.Member, [HttpMethods.Put], orders.AnnounceAsync);
        Map(app, ApiRoutes.Member, [HttpMethods.Delete], orders.ForgetAsync);
        Map(app, ApiRoutes.Plans, [HttpMethods.Post], plans.AnswerAsync);
        Map(app, ApiRoutes.Commit, [HttpMethods.Post], orders.CommitAsync);
        Map(app, ApiRoutes.PendingPlan, read, ProgressEndpoint.AnswerAsync);
        Map(app, ApiRoutes.PendingPlan, [HttpMethods.Delete], orders.CancelAsync);
    }

    private static void Map(WebApplication app, string route, string[] methods, RequestDelegate answer) =>
        app.MapMethods(route, methods, context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            TopologyHeader.Promise(context);
            return answer(context);
        });
}
