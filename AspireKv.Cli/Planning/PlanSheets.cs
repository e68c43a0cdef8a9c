using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;

namespace AspireKv.Cli.Planning;

/// <summary>A plan as people read it.</summary>
internal static class PlanSheets
{
    /// <summary>As many as fit a screen beside the rest; JSON has them all.</summary>
    private const int MaxMoves = 20;

    public static void Write(Screen screen, PlanReply plan)
    {
        var totals = plan.Totals;
        screen.WriteLine(
            $"Plan {plan.Id} for generation {plan.Generation}: {Figures.Count(totals.Partitions, "partition moves", "partitions move")}, "
            + $"{Figures.Count(totals.Copies, "copy", "copies")} to make, about "
            + $"{Figures.Count(totals.Entries, "entry", "entries")} and {Figures.Bytes(totals.Bytes)}.");
        screen.WriteLine($"Each partition will be on {Figures.Count(plan.ReplicationFactor, "node")}.");

        var members = new Sheet("#Node", "State", "#Holds", "#Will hold", "#Leads", "#Will lead");
        foreach (var member in plan.Members)
        {
            members.Add($"{member.Id}", member.State, member.Holds, member.WillHold, member.Leads, member.WillLead);
        }

        screen.Write(members);

        var moves = new Sheet("#Partition", "From", "To", "#Entries", "#Size");
        foreach (var move in plan.Moves.Take(MaxMoves))
        {
            moves.Add($"{move.Partition}", move.From, move.To, move.Entries, Figures.Bytes(move.Bytes));
        }

        screen.Write(moves);
        if (plan.Moves.Count > MaxMoves)
        {
            screen.WriteLine($"... and {Figures.Count(plan.Moves.Count - MaxMoves, "move")} more; --json shows them all.");
        }

        if (plan.Warnings.Count > 0)
        {
            screen.WriteLine();
            plan.Warnings.ToList().ForEach(screen.WriteWarning);
        }
    }
}
