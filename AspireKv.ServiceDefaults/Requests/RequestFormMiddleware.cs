using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace AspireKv.ServiceDefaults.Requests;

/// <summary>Refuses a request whose form is wrong before anything else sees it.</summary>
internal sealed class RequestFormMiddleware(RequestDelegate next, Func<HttpContext, RequestFault, Task> refuse, TimeProvider time)
{
    /// <summary>As long as the server itself reads on what was refused.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    /// <summary>A client that sent nothing for so long waits for the answer.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMilliseconds(500);

    public Task InvokeAsync(HttpContext context) => RequestForm.FindFault(context.Request) switch
    {
        RequestFault.None => next(context),
        var fault and (RequestFault.AmbiguousLength or RequestFault.UnknownTransferCoding) => RefuseAndDrainAsync(context, fault),
        var fault => refuse(context, fault),
    };

    /// <summary>
    /// Nobody knows where such a body ends, so the server may fail at reading it and reset the connection, and the answer with it: then
    /// whatever comes is thrown away, until the client has sent it all and can read.
    /// </summary>
    private async Task RefuseAndDrainAsync(HttpContext context, RequestFault fault)
    {
        context.Response.Headers.Connection = "close";
        await refuse(context, fault);
        await context.Response.CompleteAsync();
        using var limit = new CancellationTokenSource(DrainTime, time);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (Exception exception) when (exception is BadHttpRequestException or IOException && !limit.IsCancellationRequested)
        {
            await DrainAsync(context, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is over, or the client is gone.
        }
    }

    /// <summary>Reads past the server, which reads no more of this connection once it failed at a body.</summary>
    private async Task DrainAsync(HttpContext context, CancellationToken limit)
    {
        if (context.Features.Get<IConnectionTransportFeature>()?.Transport.Input is not { } input)
        {
            return;
        }

        try
        {
            for (var isCompleted = false; !isCompleted;)
            {
                using var idle = new CancellationTokenSource(IdleTime, time);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(limit, idle.Token, context.RequestAborted);
                var read = await input.ReadAsync(end.Token);
                input.AdvanceTo(read.Buffer.End);
                isCompleted = read.IsCompleted;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // All that the client had to send has come, or the time is over, or the client is gone.
        }
    }

    /// <summary>The answer of a service that has no form of its own for errors: a status and nothing else.</summary>
    public static Task RefuseAsync(HttpContext context, RequestFault fault)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = fault switch
        {
            RequestFault.AmbiguousLength => StatusCodes.Status400BadRequest,
            RequestFault.UnknownContentCoding => StatusCodes.Status415UnsupportedMediaType,
            _ => StatusCodes.Status501NotImplemented,
        };
        return Task.CompletedTask;
    }
}
