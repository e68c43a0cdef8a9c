using AspireKv.ServiceDefaults;

namespace AspireKv.Gateway.Errors;

internal static class ErrorServices
{
    public static void AddErrors(this IServiceCollection services) => services.AddSingleton<ErrorAnswer>();

    /// <summary>Gives every request that fails an answer in the form of its route; goes before everything that may fail.</summary>
    public static void UseErrors(this WebApplication app) => app.UseMiddleware<ErrorMiddleware>();

    /// <summary>Refuses what is wrong in its form, with an answer in the form of its route.</summary>
    public static void UseRequestForm(this WebApplication app)
    {
        var errors = app.Services.GetRequiredService<ErrorAnswer>();
        app.UseRequestForm((context, fault) => errors.WriteAsync(context, ApiError.FromFault(fault)));
    }
}
