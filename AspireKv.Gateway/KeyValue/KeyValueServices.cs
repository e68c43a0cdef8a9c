using AspireKv.Gateway.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.KeyValue;

internal static class KeyValueServices
{
    /// <summary>Registers what reads operations from requests, and the longest body that any of them takes.</summary>
    public static void AddKeyValue(this IServiceCollection services)
    {
        services.AddSingleton<DataRequestReader>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>(static (server, gateway) =>
            server.Limits.MaxRequestBodySize = JsonBody.MaxBytes(gateway.Value.MaxKeyBytes, gateway.Value.MaxValueBytes));
    }
}
