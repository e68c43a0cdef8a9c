using System.Net;

namespace AspireKv.Auth.Api;

/// <summary>Registers and maps the login.</summary>
internal static class LoginServices
{
    public static IServiceCollection AddLogin(this IServiceCollection services) =>
        services.AddSingleton<AuthMetrics>().AddSingleton<LoginHandler>();

    public static void MapLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Map("/login", static (HttpContext context, LoginHandler login) => login.HandleAsync(context)).WithName("login");
        endpoints.MapFallback("{**path}", static context => LoginAnswers.ErrorAsync(
            context, HttpStatusCode.NotFound, "there is nothing here: use POST /login or GET /.well-known/jwks.json"));
    }
}
