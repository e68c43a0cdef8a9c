using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AspireKv.Cli.Cluster;
using AspireKv.Cli.Output;
using AspireKv.Cli.Planning;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli;

/// <summary>
/// Puts the command line together and runs it. Whatever goes wrong is one line on the standard error and one of <see cref="ExitCode"/>.
/// </summary>
internal static class CliApp
{
    /// <summary>Runs what the arguments ask for, and ends with an exit code of <see cref="ExitCode"/>.</summary>
    /// <param name="args">The command line, without the program's name.</param>
    /// <param name="host">What the program has around it.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host)
    {
        var screen = new Screen(host.Terminal);
        try
        {
            // A word that begins with @ is a word: nobody expects a file of arguments here.
            var arguments = Build(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (arguments.Action is ParseErrorAction)
            {
                throw new CommandFailedException(ExitCode.Refused, $"{FaultOf(arguments)} {HelpFor(arguments)}");
            }

            return await arguments.InvokeAsync(new InvocationConfiguration
            {
                Output = host.Terminal.Out,
                Error = host.Terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (CommandFailedException exception)
        {
            screen.WriteError(exception.Message);
            return (int)exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            screen.WriteError("interrupted.");
            return (int)ExitCode.Refused;
        }
        catch (Exception exception)
        {
            // A fault of this program: the line names it for a report, and its stack would help nobody at a prompt.
            screen.WriteError($"failed by a fault of its own ({exception.GetType().Name}: {exception.Message}).");
            return (int)ExitCode.Refused;
        }
    }

    private static Command Build(CliHost host)
    {
        // No RootCommand: it is named after the process, which for an installed tool is not what was typed.
        var root = new Command("akv", "Looks at an AspireKv cluster and changes it, over the HTTP routes of a gateway.")
        {
            new Command("cluster", "Looks at the cluster as a whole.") { new StatusVerb(host) },
            new MembersVerb(host),
            new PlanVerb(host),
            new CommitVerb(host),
            new ProgressVerb(host),
            new CancelVerb(host),
            new AnnounceVerb(host),
            new ForgetVerb(host),
            new TombstonesVerb(host),
        };
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        CommonOptions.AddTo(root);
        return root;
    }

    /// <summary>An unknown word before what is missing, since it is often a known one misspelt. Its value is not repeated.</summary>
    private static string FaultOf(ParseResult arguments) => arguments.UnmatchedTokens.Count > 0
        ? $"'{arguments.UnmatchedTokens[0].Split('=')[0]}' means nothing here."
        : arguments.Errors[0].Message;

    private static string HelpFor(ParseResult arguments)
    {
        var names = new List<string>();
        for (Symbol? symbol = arguments.CommandResult.Command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol.Name);
        }

        return $"('{string.Join(' ', names)} --help' says what there is.)";
    }
}
