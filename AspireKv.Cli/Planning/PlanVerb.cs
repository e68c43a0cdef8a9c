using System.CommandLine;
using System.Text.Json;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary>
/// <c>akv plan WISH...</c>: shows what wishes come to, which changes nothing, and commits it where that is asked for and confirmed.
/// </summary>
internal sealed class PlanVerb : Verb
{
    private readonly Argument<string[]> _words = new("WISH")
    {
        Description = WishGrammar.Usage + ".",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _by = new("--by")
    {
        Description = "The node that takes the place of a replaced one; once for each replace, in their order.",
        HelpName = "N",
    };

    private readonly Option<bool> _commit = new("--commit") { Description = "Commit the plan, once it was confirmed." };

    private readonly Option<bool> _yes = new("--yes") { Description = "Confirm without being asked." };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Keep the plan in a file, for akv commit.",
        HelpName = "FILE",
    };

    public PlanVerb(CliHost host) : base("plan", "Shows what wishes for the cluster come to, and commits that with --commit.", host)
    {
        Arguments.Add(_words);
        Options.Add(_by);
        Options.Add(_commit);
        Options.Add(_yes);
        Options.Add(_out);
    }

    protected override void CheckArguments(ParseResult arguments, CliHost host)
    {
        Wishes(arguments);
        var (commits, confirmed) = (arguments.GetValue(_commit), arguments.GetValue(_yes));
        if (confirmed && !commits)
        {
            throw new CommandFailedException(ExitCode.Refused, "--yes confirms a commit: give --commit with it.");
        }

        if (commits && !confirmed && !host.Terminal.CanAsk)
        {
            throw new CommandFailedException(
                ExitCode.Refused,
                "a commit is confirmed on a terminal, and this is none: give --yes, or keep the plan and use 'akv commit'.");
        }
    }

    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new PlanAsk(Wishes(call.Arguments)), PlanAskJson.Default.PlanAsk);
        var answer = await call.Gateway.SendAsync(new GatewayRequest(HttpMethod.Post, Paths.Plans) { Body = body }, cancellationToken);
        call.Show(answer, () => PlanSheets.Write(call.Screen, answer.Read(PlanReplyJson.Default.PlanReply)));
        var file = call.Arguments.GetValue(_out);
        if (file is not null)
        {
            await PlanFile.WriteAsync(file, answer.Body, cancellationToken);
        }

        if (call.Arguments.GetValue(_commit))
        {
            await ConfirmAsync(call, cancellationToken);
            await Commit.SendAsync(call, answer.Read(KeptPlanJson.Default.KeptPlan).Id, answer.Body, cancellationToken);
        }
        else if (!call.WantsJson)
        {
            call.Screen.WriteLine();
            call.Screen.WriteLine(file is null
                ? "Nothing was changed. Give --commit to carry it out."
                : $"Nothing was changed. Carry it out with: akv commit {file}");
        }
    }

    private async Task ConfirmAsync(VerbCall call, CancellationToken cancellationToken)
    {
        if (!call.Arguments.GetValue(_yes)
            && !await Prompt.AskAsync(call.Host.Terminal, "Commit this plan?", cancellationToken))
        {
            throw new CommandFailedException(ExitCode.Refused, "declined; nothing was committed.");
        }
    }

    private IReadOnlyList<PlanAsk.Wish> Wishes(ParseResult arguments) =>
        WishGrammar.Parse(arguments.GetValue(_words) ?? [], arguments.GetValue(_by) ?? []);
}
