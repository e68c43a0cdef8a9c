using System.CommandLine;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary><c>akv commit FILE</c>: commits a plan that was kept. It was looked at when it was made, so nobody is asked.</summary>
internal sealed class CommitVerb : Verb
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The plan, as --out or --json wrote it; - is the standard input.",
    };

    public CommitVerb(CliHost host) : base("commit", "Commits a plan that was kept.", host) => Arguments.Add(_file);

    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var (json, id) = await PlanFile.ReadAsync(call.Arguments.GetRequiredValue(_file), call.Host.Terminal, cancellationToken);
        await Commit.SendAsync(call, id, json, cancellationToken);
    }
}
