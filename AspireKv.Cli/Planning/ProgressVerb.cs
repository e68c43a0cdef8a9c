using System.CommandLine;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary><c>akv progress</c>: how far what is pending has come, once or until nothing is.</summary>
internal sealed class ProgressVerb : Verb
{
    /// <summary>How often a watch looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a watch bears that nobody answers: a gateway may be restarted meanwhile, or a ballot be on its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Look again each second, and end when nothing is pending.",
    };

    public ProgressVerb(CliHost host) : base("progress", "Says how far what is pending has come.", host) => Options.Add(_watch);

    protected override Task RunAsync(VerbCall call, CancellationToken cancellationToken) =>
        call.Arguments.GetValue(_watch) ? WatchAsync(call, cancellationToken) : ShowAsync(call, cancellationToken);

    private static async Task ShowAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Gateway.GetAsync(Paths.PendingPlan, cancellationToken);
        call.Show(answer, () =>
        {
            if (answer.IsEmpty)
            {
                call.Screen.WriteLine("Nothing is pending.");
                return;
            }

            Write(call.Screen, answer.Read(ProgressReplyJson.Default.ProgressReply));
        });
    }

    /// <summary>A line whenever something changed: it can be read in a terminal and kept in a file.</summary>
    private static async Task WatchAsync(VerbCall call, CancellationToken cancellationToken)
    {
        string? shown = null;
        while (true)
        {
            var answer = await AskAsync(call, cancellationToken);
            var line = answer.IsEmpty
                ? "Nothing is pending."
                : $"{ProgressText.Of(answer.Read(ProgressReplyJson.Default.ProgressReply))}.";
            if ((call.WantsJson ? answer.Body : line) is var now && now != shown)
            {
                call.Show(answer, () => call.Screen.WriteLine(line));
                shown = now;
            }

            if (answer.IsEmpty)
            {
                return;
            }

            await Task.Delay(Interval, call.Host.Time, cancellationToken);
        }
    }

    private static async Task<GatewayAnswer> AskAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var since = call.Host.Time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await call.Gateway.GetAsync(Paths.PendingPlan, cancellationToken);
            }
            catch (CommandFailedException exception)
                when (exception.ExitCode == ExitCode.NotReachable && call.Host.Time.GetElapsedTime(since) < Patience)
            {
                if (isFirst)
                {
                    call.Screen.WriteError($"{exception.Message} (looking again for {Patience.TotalSeconds} s)");
                }
            }

            await Task.Delay(Interval, call.Host.Time, cancellationToken);
        }
    }

    private static void Write(Screen screen, ProgressReply plan)
    {
        screen.WriteLine($"{ProgressText.Of(plan)}.");
        if (plan.Unanswered.Count > 0)
        {
            screen.WriteWarning(plan.Unanswered.Count == 1
                ? $"node {plan.Unanswered[0]} does not answer: of its moves little is known."
                : $"nodes {string.Join(", ", plan.Unanswered)} do not answer: of their moves little is known.");
        }

        var sheet = new Sheet("#Partition", "From", "To", "Coordinator", "#Listed", "#Copied", "#Settled");
        foreach (var move in plan.Moving)
        {
            sheet.Add(
                $"{move.Partition}", move.Replicas, move.NextReplicas, move.Coordinator is { } node ? $"{node}" : null,
                move.Listed, move.Copied, move.Settled);
        }

        screen.Write(sheet);
    }
}
