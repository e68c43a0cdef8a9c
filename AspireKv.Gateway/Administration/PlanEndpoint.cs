using AspireKv.Access.Knowledge;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary><c>POST /v1/admin/plans</c>: what wishes come to. Nothing is changed or stored by it.</summary>
internal sealed class PlanEndpoint(TopologyAsker asker, BodyReader bodies, ClusterKnowledge knowledge, ErrorAnswer errors)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var (fault, body) = await bodies.ReadAsync(context, WishesBody.MaxBytes);
        if (fault != BodyFault.None)
        {
            await errors.WriteAsync(context, ApiError.FromFault(fault));
            return;
        }

        if (WishesBody.Read(body, out var wishes) is { } error)
        {
            await errors.WriteAsync(context, error);
            return;
        }

        var outcome = await asker.PlanAsync(wishes, context.RequestAborted);
        if (outcome?.Plan is { } plan)
        {
            await context.Response.WriteAsJsonAsync(
                PlanDescription.Of(plan, knowledge.View.Topology),
                PlanJson.Default.PlanAnswer,
                contentType: null,
                context.RequestAborted);
            return;
        }

        await errors.WriteAsync(
            context, outcome?.Refusal is { } refusal ? ApiError.FromRefusal(refusal) : ApiError.SystemUnavailable);
    }
}
