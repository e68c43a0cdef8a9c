using System.Globalization;
using AspireKv.Simulation.Tests.Sabotage;
using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>The project as a command: replays a seed with its trace, or runs any number of seeds.</summary>
internal static class CommandLine
{
    private const string Usage =
        """
        --seed SEED            replays one seed and prints its trace, its history and the hash of the trace
        --hash SEED            prints only the hash
        --seeds FIRST:COUNT    runs that many seeds and prints what was found
        --shrink SEED          leaves out what a failing seed does not need to fail, and replays the rest
        --lost-disks FIRST:COUNT, --lost-disks --seed SEED
                               the same with nodes that lose their disks
        --old-disks FIRST:COUNT, --old-disks --seed SEED
                               the same with nodes that lose their disks and find old ones
        --stops FIRST:COUNT, --stops --seed SEED
                               the same with nothing but nodes that are asked to stop: no outcome may be unknown
        --cut-links FIRST:COUNT, --cut-links --seed SEED
                               the same with nothing but one link that is cut: no outcome may be unknown
        --moves FIRST:COUNT, --moves --seed SEED
                               the same with partitions that move from node to node
        --calm-moves FIRST:COUNT, --calm-moves --seed SEED
                               the same with nothing but nodes that are asked to stop meanwhile: no outcome may be unknown
        --traces FIRST:COUNT --write FILE, --lost-disks --traces FIRST:COUNT --write FILE
                               writes the hash of each seed's trace to a file
        --traces FIRST:COUNT --compare FILE, --lost-disks --traces FIRST:COUNT --compare FILE
                               names the seeds whose trace is not the one in the file, which another version of the code wrote
        --teeth COUNT [--only NAME]
                               takes one safeguard after another away, and says which seed noticed
        """;

    /// <returns>0 when no promise was broken, 1 when one was or traces differ, 2 when the arguments are wrong.</returns>
    public static int Run(string[] args, TextWriter output)
    {
        if (args is ["--seed", var seed] && TryParse(seed, out var number))
        {
            return Replay(number, output);
        }

        if (args is ["--hash", var hashed] && TryParse(hashed, out number))
        {
            output.WriteLine(Hash(SimulationRun.Run(number)));
            return 0;
        }

        if (args is ["--seeds", var range] && SeedRange.TryParse(range, out var seeds))
        {
            return RunSeeds(seeds, null, output);
        }

        if (args is ["--shrink", var failing] && TryParse(failing, out number))
        {
            return Show(Shrinker.Shrink(ScenarioDraw.Draw(number)), output);
        }

        if (args is ["--teeth", var count] && TryParse(count, out number))
        {
            return ShowTeeth(number, "", output);
        }

        if (args is ["--teeth", var times, "--only", var only] && TryParse(times, out number))
        {
            return ShowTeeth(number, only, output);
        }

        if (args is ["--lost-disks", var wiped] && SeedRange.TryParse(wiped, out seeds))
        {
            return RunLostDisks(seeds, Profile.LostDisks, output);
        }

        if (args is ["--old-disks", var old] && SeedRange.TryParse(old, out seeds))
        {
            return RunLostDisks(seeds, Profile.OldDisks, output);
        }

        if (args is ["--old-disks", "--seed", var oldReplayed] && TryParse(oldReplayed, out number))
        {
            return Show(ScenarioDraw.Draw(number, Profile.OldDisks), output);
        }

        if (args is ["--stops" or "--cut-links" or "--moves" or "--calm-moves", var named] && SeedRange.TryParse(named, out seeds))
        {
            return RunSeeds(seeds, ProfileOf(args[0]), output);
        }

        if (args is ["--stops" or "--cut-links" or "--moves" or "--calm-moves", "--seed", var again] && TryParse(again, out number))
        {
            return Show(ScenarioDraw.Draw(number, ProfileOf(args[0])), output);
        }

        if (args is ["--lost-disks", "--seed", var replayed] && TryParse(replayed, out number))
        {
            return Show(ScenarioDraw.Draw(number, Profile.LostDisks), output);
        }

        if (args is ["--traces", var traced, .. var rest] && SeedRange.TryParse(traced, out seeds))
        {
            return RunTraces(seeds, null, rest, output);
        }

        if (args is ["--lost-disks", "--traces", var tracedWiped, .. var after] && SeedRange.TryParse(tracedWiped, out seeds))
        {
            return RunTraces(seeds, Profile.LostDisks, after, output);
        }

        return Explain(output);
    }

    private static Profile ProfileOf(string option) => option switch
    {
        "--stops" => Profile.Stops,
        "--moves" => Profile.Moves,
        "--calm-moves" => Profile.CalmMoves,
        _ => Profile.CutLinks,
    };

    private static int Explain(TextWriter output)
    {
        output.WriteLine(Usage);
        return 2;
    }

    private static int RunTraces(SeedRange seeds, Profile? profile, string[] purpose, TextWriter output)
    {
        switch (purpose)
        {
            case ["--write", var file]:
                TraceFile.Write(seeds, profile, file);
                output.WriteLine($"{seeds.Count} traces written");
                return 0;
            case ["--compare", var file]:
                var differing = TraceFile.Compare(seeds, profile, file, output);
                output.WriteLine($"{seeds.Count} traces, {differing} differ");
                return differing == 0 ? 0 : 1;
            default:
                return Explain(output);
        }
    }

    private static int RunSeeds(SeedRange seeds, Profile? profile, TextWriter output)
    {
        var summary = Campaign.Run(seeds, output.WriteLine, profile: profile);
        output.WriteLine(summary);
        return summary.Violations.Count == 0 ? 0 : 1;
    }

    private static int RunLostDisks(SeedRange seeds, Profile profile, TextWriter output)
    {
        var (found, lost, putBack) = (0, 0, 0);
        foreach (var seed in seeds.Seeds)
        {
            var report = SimulationRun.Run(ScenarioDraw.Draw(seed, profile));
            lost += report.DisksLost;
            putBack += report.DisksPutBack;
            if (report.Violation is not null)
            {
                found++;
                output.WriteLine($"seed {seed}: {report.Violation}");
            }
        }

        output.WriteLine($"{seeds.Count} seeds, {lost} disks lost, {putBack} put back, {found} violations");
        return found == 0 ? 0 : 1;
    }

    public static string Hash(SimulationReport report) => report.TraceHash.ToString("x16", CultureInfo.InvariantCulture);

    private static int Replay(int seed, TextWriter output) => Show(ScenarioDraw.Draw(seed), output);

    private static int Show(Scenario scenario, TextWriter output)
    {
        var report = SimulationRun.Run(scenario, keepTrace: true);
        foreach (var line in report.Trace)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        foreach (var operation in report.History)
        {
            output.WriteLine(operation);
        }

        output.WriteLine();
        output.WriteLine($"{report.Events} events, {report.Operations} operations, {report.Faults} faults, trace {Hash(report)}");
        output.WriteLine(report);
        return report.Violation is null ? 0 : 1;
    }

    private static int ShowTeeth(int seeds, string only, TextWriter output)
    {
        var missed = 0;
        foreach (var (name, _, profile, create) in Teeth.All.Where(tooth => tooth.Name.Contains(only, StringComparison.Ordinal)))
        {
            var summary = Campaign.Run(new SeedRange(0, seeds), _ => { }, create, maxViolations: 1, profile);
            var noticed = summary.Violations.Count == 0
                ? $"not in {seeds} seeds"
                : $"after {summary.Runs} seeds: {summary.Violations[0].Violation!.Split('\n')[0]}";
            output.WriteLine($"{name}: {noticed}");
            missed += summary.Violations.Count == 0 ? 1 : 0;
        }

        return missed == 0 ? 0 : 1;
    }

    private static bool TryParse(string text, out int seed) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out seed);
}
