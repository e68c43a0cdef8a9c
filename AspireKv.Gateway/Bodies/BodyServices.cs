namespace AspireKv.Gateway.Bodies;

internal static class BodyServices
{
    /// <summary>Registers what reads bodies, within the budget for them.</summary>
    public static void AddBodies(this IServiceCollection services) => services.AddSingleton<BodyBudget>().AddSingleton<BodyReader>();
}
