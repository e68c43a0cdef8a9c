using Spectre.Console;

namespace AspireKv.Cli.Output;

/// <summary>A text whose colour says how things stand. The text says it too: many outputs have no colour.</summary>
/// <param name="Text">What stands there.</param>
/// <param name="Style">How it looks in a terminal.</param>
internal sealed record Cell(string Text, Style Style)
{
    public static Cell Good(string text) => new(text, Color.Green);

    public static Cell Doubtful(string text) => new(text, Color.Yellow);

    public static Cell Bad(string text) => new(text, Color.Red);

    /// <summary>How a member answers the gateway; a dash for one that was never started.</summary>
    public static Cell OfLiveness(string? liveness) => liveness switch
    {
        "alive" => Good(liveness),
        null => Doubtful("-"),
        "dead" => Bad(liveness),
        _ => Doubtful(liveness),
    };
}
