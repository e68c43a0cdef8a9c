using AspireKv.AccessTokens;
using AspireKv.Gateway.Settings;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Security;

internal static class SecurityServices
{
    /// <summary>Registers the check of access tokens, and whose word is taken for a client's address.</summary>
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        builder.Services.AddAccessTokenValidation();
        builder.Services.AddCors();
        builder.Services.AddSingleton<RequestRates>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<GatewayOptions>>(
            static (forwarded, gateway) => forwarded.Trust(gateway.Value.TrustedProxies));
    }

    /// <summary>Refuses what could be routed otherwise than it reads; goes before routing.</summary>
    public static void UseRequestTargets(this WebApplication app) => app.UseMiddleware<RequestTargetMiddleware>();

    /// <summary>
    /// Refuses wrong methods, whoever presents no valid access token, and what goes beyond the share of an address or an account; goes
    /// after routing.
    /// </summary>
    public static void UseAccessTokens(this WebApplication app)
    {
        app.UseMiddleware<AddressRateMiddleware>();
        app.UseMiddleware<MethodMiddleware>();
        app.UseMiddleware<AccessTokenMiddleware>();
        app.UseMiddleware<AccountRateMiddleware>();
    }
}
