using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Errors;

/// <summary>
/// The outermost step: a request that ends without an answer of ours, by an exception or by a bare status of the server or the proxy, gets
/// one here. Nothing of an exception reaches the client.
/// </summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ErrorAnswer errors, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        ApiError? error;
        try
        {
            await next(context);
            error = FromStatus(context.Response);
        }
        catch (BadHttpRequestException exception)
        {
            error = FromBadRequest(exception);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (OutOfMemoryException)
        {
            Log.OutOfMemory(logger);
            error = ApiError.Overloaded;
        }
        catch (Exception exception)
        {
            Log.RequestFailed(logger, exception, context.TraceIdentifier);
            error = ApiError.Internal;
        }

        if (error is null || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        context.Response.Headers.Allow = allow;
        var outcome = OutcomeOf(context);
        if (outcome == Outcome.Unknown && error.RetryAfterSeconds is not null && ApiRoutes.ChangesData(context.Request))
        {
            // Nothing may suggest a repetition of what may have been applied.
            error = ApiError.OutcomeUnknown;
        }

        await errors.WriteAsync(context, error, outcome);
    }

    /// <summary>A status of 400 or more that nobody gave a body.</summary>
    private static ApiError? FromStatus(HttpResponse response) =>
        response.HasStarted
        || response.StatusCode < StatusCodes.Status400BadRequest
        || response.ContentLength is not null
        || response.ContentType is not null
            ? null
            : ApiError.FromStatus(response.StatusCode);

    private static ApiError FromBadRequest(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => ApiError.BodyTimeout,
        StatusCodes.Status413PayloadTooLarge => ApiError.BodyTooLarge,
        _ => ApiError.InvalidBody,
    };

    /// <summary>Only a change that a node may have seen, and whose end nobody saw, is in doubt.</summary>
    private static string OutcomeOf(HttpContext context) => context.Features.Get<IOutcomeFeature>()?.Outcome ?? Outcome.NotApplied;
}
