using System.CommandLine;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;

namespace AspireKv.Cli.Verbs;

/// <summary>One call of a verb.</summary>
/// <param name="Arguments">What was asked for.</param>
/// <param name="Gateway">Where it is asked.</param>
/// <param name="Screen">Where the answer is written.</param>
/// <param name="Host">What else there is.</param>
internal sealed record VerbCall(ParseResult Arguments, GatewayClient Gateway, Screen Screen, CliHost Host)
{
    /// <summary>Whether the answer is for a program.</summary>
    public bool WantsJson => CommonOptions.WantsJson(Arguments);

    /// <summary>Writes an answer: as it came where JSON is wanted, and nothing where it has no body; else as the verb shows it.</summary>
    public void Show(GatewayAnswer answer, Action show)
    {
        if (!WantsJson)
        {
            show();
        }
        else if (!answer.IsEmpty)
        {
            Screen.WriteJson(answer.Body);
        }
    }
}
