using AspireKv.Cli.Output;

namespace AspireKv.Cli.Replies;

/// <summary>What is pending, in one line.</summary>
internal static class ProgressText
{
    public static string Of(ProgressReply plan)
    {
        var rest = plan.Remaining;
        var removing = plan.Removing.Count == 0 ? ""
            : plan.Removing.Count == 1 ? $"; node {plan.Removing[0]} leaves"
            : $"; nodes {string.Join(", ", plan.Removing)} leave";
        return $"{plan.Id ?? "no plan"}, generation {plan.Generation}: {Figures.Count(rest.Partitions, "partition")} to go, "
            + $"{Figures.Of(rest.Moving)} moving, {Figures.Of(rest.Waiting)} waiting{removing}";
    }
}
