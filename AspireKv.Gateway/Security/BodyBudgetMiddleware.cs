using AspireKv.Access.Knowledge;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Security;

/// <summary>
/// Refuses a body for which the gateway has no memory at the moment, before any of it is read. Goes after the access token: whoever has
/// none takes no memory.
/// </summary>
internal sealed class BodyBudgetMiddleware(RequestDelegate next, BodyBudget budget, ClusterKnowledge knowledge, ErrorAnswer errors)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;

        // While the cluster is not known no value is read, and any other body is a small one.
        var longest = knowledge.View.Founding?.MaxValueBytes ?? 0;

        // Of a body that does not say how long it is, the longest value must be expected; a longer one is refused as too long anyway.
        var bytes = request.ContentLength
            ?? (request.Headers.TransferEncoding.Count > 0 ? Math.Max(longest, BodyBudget.SmallBytes) : 0);

        // What is announced beyond every limit is refused by its route, and none of it is kept.
        return bytes == 0 ? next(context) : TakeAsync(context, Math.Min(bytes, Math.Max(6L * longest, BodyBudget.SmallBytes)));
    }

    private async Task TakeAsync(HttpContext context, long bytes)
    {
        var address = context.Connection.RemoteIpAddress;
        if (!budget.TryTake(address, bytes))
        {
            await errors.WriteAsync(context, ApiError.Overloaded);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            budget.Return(address, bytes);
        }
    }
}
