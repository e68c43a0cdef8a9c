using AspireKv.AccessTokens;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// The routes that change the topology: a node is announced and taken back, a plan committed and what is pending cancelled. Each answers a
/// repetition as the first time.
/// </summary>
internal sealed class OrderEndpoint(TopologyAsker asker, BodyReader bodies, ErrorAnswer errors, ILogger<OrderEndpoint> logger)
{
    /// <summary><c>PUT /v1/admin/members/{node}</c></summary>
    public async Task AnnounceAsync(HttpContext context)
    {
        if (!NodeId.TryParse(RouteValue(context, "node"), out var node))
        {
            await errors.WriteAsync(context, ApiError.NoNodeNumber);
        }
        else if (await ReadAsync(context, NameBody.MaxBytes) is { } body)
        {
            await (NameBody.Read(body, out var name) is { } error
                ? errors.WriteAsync(context, error)
                : OrderAsync(context, new AnnounceOrder(node, name)));
        }
    }

    /// <summary><c>DELETE /v1/admin/members/{node}</c></summary>
    public Task ForgetAsync(HttpContext context) => NodeId.TryParse(RouteValue(context, "node"), out var node)
        ? OrderAsync(context, new ForgetOrder(node))
        : errors.WriteAsync(context, ApiError.NoNodeNumber);

    /// <summary><c>POST /v1/admin/plans/{id}/commit</c></summary>
    public async Task CommitAsync(HttpContext context)
    {
        if (RouteValue(context, "id") is not { } id || !TopologyPlan.IsId(id))
        {
            await errors.WriteAsync(context, ApiError.NoPlanId);
        }
        else if (await ReadAsync(context, WishesBody.MaxBytes) is { } body)
        {
            await (WishesBody.Read(body, out var wishes) is { } error
                ? errors.WriteAsync(context, error)
                : OrderAsync(context, new CommitOrder(id, wishes)));
        }
    }

    /// <summary><c>DELETE /v1/admin/plan</c></summary>
    public Task CancelAsync(HttpContext context) => GenerationTag.Read(context.Request.Headers.IfMatch, out var generation) is { } error
        ? errors.WriteAsync(context, error)
        : OrderAsync(context, new CancelOrder(generation));

    private async Task OrderAsync(HttpContext context, TopologyOrder order)
    {
        var result = await asker.OrderAsync(order);
        var account = context.Features.Get<ValidatedAccessToken>()?.Subject;
        Log.Ordered(logger, account, order, result.Outcome, result.Refusal?.Code, result.Version, result.Generation);
        if (result.Version > 0)
        {
            TopologyHeader.Set(context, result.Version, result.Generation);
        }

        await AnswerAsync(context, order, result);
    }

    private Task AnswerAsync(HttpContext context, TopologyOrder order, OrderResult result)
    {
        switch (result)
        {
            case { Outcome: OrderOutcome.Nothing } when order is CancelOrder:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case { Outcome: OrderOutcome.Done or OrderOutcome.Nothing }:
                return context.Response.WriteAsJsonAsync(
                    new OrderAnswer(result.Version, result.Generation),
                    OrderJson.Default.OrderAnswer,
                    contentType: null,
                    context.RequestAborted);
            case { Outcome: OrderOutcome.Refused, Refusal: { } refusal }:
                return errors.WriteAsync(context, ApiError.FromRefusal(refusal));
            case { Outcome: OrderOutcome.Unavailable }:
                return errors.WriteAsync(context, ApiError.SystemUnavailable);
            default:
                return errors.WriteAsync(context, ApiError.OrderUnknown);
        }
    }

    /// <returns>The body; null where it was not taken and the answer says so.</returns>
    private async Task<byte[]?> ReadAsync(HttpContext context, int maxBytes)
    {
        var (fault, body) = await bodies.ReadAsync(context, maxBytes);
        if (fault == BodyFault.None)
        {
            return body;
        }

        await errors.WriteAsync(context, ApiError.FromFault(fault));
        return null;
    }

    private static string? RouteValue(HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
