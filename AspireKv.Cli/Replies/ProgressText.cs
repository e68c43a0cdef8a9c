using AspireKv.Cli.Output;

namespace AspireKv.Cli.Replies;

/// <summary>What is pending, in one line.</summary>
internal static class ProgressText
{
    public static string Of(ProgressReply plan)
    {
        var rest = plan.Remaining;
        var removing = plan.Removing.Count == 0 ? "" : $"; {Nodes("leaves", "leave", plan.Removing)}";
        return $"{plan.Id ?? "no plan"}, generation {plan.Generation}: {Figures.Count(rest.Partitions, "partition")} to go, "
            + $"{Figures.Of(rest.Moving)} moving, {Figures.Of(rest.Waiting)} waiting{removing}";
    }

    /// <summary>Nodes and what they do.</summary>
    public static string Nodes(string one, string several, IReadOnlyList<int> nodes) =>
        nodes.Count == 1 ? $"node {nodes[0]} {one}" : $"nodes {string.Join(", ", nodes)} {several}";
}
