using AspireKv.Cli.Gateway;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary>A verb that gives one order about a member.</summary>
internal abstract class ChangeVerb(string name, string description, CliHost host) : Verb(name, description, host)
{
    /// <summary>Gives the order and says what it came to.</summary>
    protected static async Task OrderAsync(VerbCall call, GatewayRequest order, string done, CancellationToken cancellationToken)
    {
        var answer = await call.Gateway.SendAsync(order with { IsOrder = true }, cancellationToken);
        call.Show(answer, () =>
            call.Screen.WriteLine($"{done} The topology is {answer.Read(ChangeReplyJson.Default.ChangeReply)}."));
    }
}
