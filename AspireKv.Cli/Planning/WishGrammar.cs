using System.Globalization;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Planning;

/// <summary>
/// The wishes of a plan, as they are typed: each is a verb and what it is about, and any number of them follow each other. The node that
/// replaces another one is named by an option, <c>--by</c>; where several are replaced, the first <c>--by</c> belongs to the first one.
/// </summary>
internal static class WishGrammar
{
    /// <summary>As the help shows it.</summary>
    public const string Usage =
        "One wish or several: add N | drain N | remove N | replace N --by M | replication R | system N,N,... | order";

    private const int MaxWishes = 64;

    private const string Replace = "replace";

    /// <param name="words">The words of all wishes.</param>
    /// <param name="successors">The values of <c>--by</c>, in order.</param>
    /// <exception cref="CommandFailedException">They are no wishes.</exception>
    public static IReadOnlyList<PlanAsk.Wish> Parse(IReadOnlyList<string> words, IReadOnlyList<string> successors)
    {
        var wishes = new List<PlanAsk.Wish>();
        var by = new Queue<string>(successors);
        for (var i = 0; i < words.Count; i++)
        {
            var verb = words[i];
            wishes.Add(verb == "order" ? new PlanAsk.Wish(verb) : ParseOne(verb, i + 1 < words.Count ? words[++i] : null, by));
        }

        if (by.Count > 0)
        {
            throw Wrong($"--by belongs to a replace, and there is none for --by {by.Peek()}.");
        }

        return wishes.Count <= MaxWishes ? wishes : throw Wrong($"a plan takes {MaxWishes} wishes, and these are {wishes.Count}.");
    }

    private static PlanAsk.Wish ParseOne(string verb, string? operand, Queue<string> by) => verb switch
    {
        "add" or "drain" or "remove" => new PlanAsk.Wish(verb, Node: Number(verb, operand)),
        Replace => new PlanAsk.Wish(
            verb,
            Node: Number(verb, operand),
            By: Number("--by", by.TryDequeue(out var successor)
                ? successor
                : throw Wrong($"'{Replace} {operand}' needs the node that takes its place: {Replace} {operand} --by N."))),
        "replication" => new PlanAsk.Wish(verb, Factor: Factor(operand)),
        "system" => new PlanAsk.Wish(verb, Nodes: [.. (operand ?? "").Split(',').Select(node => Number(verb, node))]),
        _ => throw Wrong($"'{verb}' is no wish. {Usage}."),
    };

    private static int Number(string verb, string? operand) => NodeNumber.TryParse(operand ?? "", out var number)
        ? number
        : throw Wrong($"'{verb}' takes {NodeNumber.Range}{Instead(operand)}.");

    private static int Factor(string? operand) =>
        int.TryParse(operand, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : throw Wrong($"'replication' takes the number of nodes that hold each partition{Instead(operand)}.");

    private static string Instead(string? operand) => operand is null or "" ? "" : $", not '{operand}'";

    private static CommandFailedException Wrong(string text) => new(ExitCode.Refused, text);
}
