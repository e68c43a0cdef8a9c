using System.CommandLine;
using System.Globalization;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary><c>akv cancel</c>: takes back what is pending, of the generation that was looked at or that is pending now.</summary>
internal sealed class CancelVerb : Verb
{
    private const string NothingPending = "Nothing is pending.";

    private readonly Option<long?> _generation = new("--generation")
    {
        Description = "Cancel only what this generation has pending (else: the one that is pending now).",
        HelpName = "N",
        CustomParser = static result =>
        {
            if (!long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var generation))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not the number of a generation.");
            }

            return generation;
        },
    };

    public CancelVerb(CliHost host) : base("cancel", "Cancels what is pending.", host) => Options.Add(_generation);

    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        if ((call.Arguments.GetValue(_generation) ?? await FindAsync(call, cancellationToken)) is not { } generation)
        {
            return;
        }

        var order = new GatewayRequest(HttpMethod.Delete, Paths.PendingPlan) { IsOrder = true, IfMatch = generation };
        var answer = await call.Gateway.SendAsync(order, cancellationToken);
        call.Show(answer, () => call.Screen.WriteLine(answer.IsEmpty
            ? NothingPending
            : $"Cancelled. The topology is {answer.Read(ChangeReplyJson.Default.ChangeReply)}."));
    }

    private static async Task<long?> FindAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var pending = await call.Gateway.GetAsync(Paths.PendingPlan, cancellationToken);
        if (!pending.IsEmpty)
        {
            return pending.Read(ProgressReplyJson.Default.ProgressReply).Generation;
        }

        call.Show(pending, () => call.Screen.WriteLine(NothingPending));
        return null;
    }
}
