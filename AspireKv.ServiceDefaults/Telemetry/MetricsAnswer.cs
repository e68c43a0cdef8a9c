using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>
/// Answers a scrape. The exporter holds one buffer for all scrapes until each reader has taken what stands in it, and a reader that takes
/// nothing keeps all others waiting for a minute. Here the exporter writes into memory, which never waits, and each reader is waited for by
/// nobody else, in small pieces, and not for long.
/// </summary>
internal sealed class MetricsAnswer(TimeProvider time, ILogger<MetricsAnswer> logger)
{
    /// <summary>The whole answer must be taken within this; Prometheus itself waits no longer by default.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>No more than this is handed to the connection at a time, which keeps it until the reader takes it.</summary>
    private const int PieceBytes = 16 * 1024;

    /// <summary>
    /// What was rendered last. The exporter gives all scrapes of a third of a second the same text, and so do readers that are slow share
    /// one copy of it. Replaced as a whole, by any thread.
    /// </summary>
    private byte[] _last = [];

    /// <param name="context">The scrape.</param>
    /// <param name="exporter">Writes the metrics as the answer.</param>
    public async Task WriteAsync(HttpContext context, RequestDelegate exporter)
    {
        var text = Share(await RenderAsync(context, exporter));
        if (text.Length == 0 || HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            context.Response.ContentLength = text.Length;
            for (var at = 0; at < text.Length; at += PieceBytes)
            {
                await context.Response.Body.WriteAsync(text.AsMemory(at, Math.Min(PieceBytes, text.Length - at)), either.Token);
                await context.Response.Body.FlushAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (limit.IsCancellationRequested)
            {
                Log.ScrapeNotTaken(logger, context.Connection.RemoteIpAddress, TimeLimit);
            }

            context.Abort();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> RenderAsync(HttpContext context, RequestDelegate exporter)
    {
        var connection = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var memory = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(memory, connection));
        try
        {
            await exporter(context);
        }
        finally
        {
            context.Features.Set(connection);
        }

        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    private byte[] Share(ReadOnlyMemory<byte> rendered)
    {
        var last = Volatile.Read(ref _last);
        if (rendered.Span.SequenceEqual(last))
        {
            return last;
        }

        var fresh = rendered.ToArray();
        Volatile.Write(ref _last, fresh);
        return fresh;
    }
}
