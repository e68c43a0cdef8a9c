using AspireKv.Gateway.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// How fast a client must take a large value. By the server's one rate for all, a value of 1 MiB may be held for minutes, and several on a
/// connection for as much longer.
/// </summary>
internal static class AnswerPace
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What is shorter fits into the buffers of a connection, and holds no memory of ours however slowly it is taken.</summary>
    private const int LargeBytes = 64 * 1024;

    public static void Demand(HttpContext context, int bytes)
    {
        if (bytes <= LargeBytes)
        {
            return;
        }

        var options = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var rate = bytes / options.AnswerTimeout.TotalSeconds;
        if (rate > options.MinBytesPerSecond && context.Features.Get<IHttpMinResponseDataRateFeature>() is { } feature)
        {
            feature.MinDataRate = new MinDataRate(rate, Grace);
        }
    }
}
