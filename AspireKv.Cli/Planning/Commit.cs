using AspireKv.Cli.Gateway;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary>The order to carry a plan out.</summary>
internal static class Commit
{
    /// <param name="call">Who asks.</param>
    /// <param name="id">The plan's id.</param>
    /// <param name="plan">The plan as it came.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public static async Task SendAsync(VerbCall call, string id, string plan, CancellationToken cancellationToken)
    {
        var order = new GatewayRequest(HttpMethod.Post, Paths.CommitOf(id)) { Body = plan, IsOrder = true };
        var answer = await call.Gateway.SendAsync(order, cancellationToken);
        call.Show(answer, () => call.Screen.WriteLine(
            $"Committed {id}. The topology is {answer.Read(ChangeReplyJson.Default.ChangeReply)}; follow it with: akv progress --watch"));
    }
}
