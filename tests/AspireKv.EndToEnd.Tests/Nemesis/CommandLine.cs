using System.Diagnostics;
using System.Globalization;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>The project as a command: runs the nemesis for as long as one likes.</summary>
internal static class CommandLine
{
    private const string Usage =
        """
        --seed SEED                  one run
        --seed SEED --minutes MIN    one run after another, with the next seeds, until the time is over or one fails
        --growth SEED                one run in which nodes join, leave and are replaced
        --failover ROUNDS            kills each node in turn, and halts each in turn, and says how long its keys waited
        --planted NAME|all           plants a bug in the nodes, or one after another, and says what noticed it
        """;

    /// <summary>Runs, each of another seed, in which a planted bug must be noticed.</summary>
    private const int SeedsForABug = 3;

    /// <summary>See AspireKv.PlantedBugs.</summary>
    private static readonly string[] PlantedBugs =
    [
        "fsync-skipped", "accepted-not-stored", "quorum-of-one", "confirm-skipped", "no-write-back", "empty-node-votes", "write-repeated",
        "half-a-value", "copy-not-stored",
    ];

    /// <summary>Those that show while members change.</summary>
    private static readonly string[] BugsOfGrowth = ["copy-not-stored"];

    /// <returns>0 when every run was good, 1 when one was not, 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is ["--planted", var name])
        {
            return await RunPlantedAsync(name == "all" ? PlantedBugs : [name], output);
        }

        if (args is ["--failover", var times] && TryParse(times, out var rounds) && rounds > 0)
        {
            return await MeasureFailoverAsync(rounds, output);
        }

        if (args is ["--growth", var growth] && TryParse(growth, out var growthSeed))
        {
            await using var run = new NemesisRun(growthSeed, output.WriteLine, grows: true);
            return Tell(await run.RunAsync(), run, output) ? 0 : 1;
        }

        var minutes = 0;
        if (args is not (["--seed", _] or ["--seed", _, "--minutes", _])
            || !TryParse(args[1], out var seed)
            || (args.Length == 4 && !TryParse(args[3], out minutes)))
        {
            output.WriteLine(Usage);
            return 2;
        }

        var started = Stopwatch.GetTimestamp();
        do
        {
            await using var run = new NemesisRun(seed++, output.WriteLine);
            if (!Tell(await run.RunAsync(), run, output))
            {
                return 1;
            }
        }
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes));

        return 0;
    }

    private static bool Tell(NemesisReport report, NemesisRun run, TextWriter output)
    {
        output.WriteLine(report.Figures);
        if (!report.IsGood)
        {
            output.WriteLine(Describe(report, run));
        }

        return report.IsGood;
    }

    /// <returns>0 when the run was good in all else.</returns>
    private static async Task<int> MeasureFailoverAsync(int rounds, TextWriter output)
    {
        await using var run = new NemesisRun(seed: 1, output.WriteLine, failoverRounds: rounds);
        var report = await run.RunAsync();
        var gaps = report.Episodes.Select(episode => (episode.Fault.Kind, NemesisJudge.GapOf(episode, report.History).Gap));
        foreach (var line in FailoverMeasurement.Describe(gaps))
        {
            output.WriteLine(line);
        }

        output.WriteLine(report.Figures);
        return report.Violations.Count == 0 ? 0 : 1;
    }

    /// <returns>0 when every bug was noticed.</returns>
    private static async Task<int> RunPlantedAsync(string[] names, TextWriter output)
    {
        var missed = 0;
        foreach (var name in names)
        {
            var notice = "was not noticed";
            var started = Stopwatch.GetTimestamp();
            for (var seed = 1; seed <= SeedsForABug && notice == "was not noticed"; seed++)
            {
                await using var run = new NemesisRun(seed, static _ => { }, name, grows: BugsOfGrowth.Contains(name));
                var report = await run.RunAsync();
                notice = report.Violations.Count == 0
                    ? notice
                    : $"seed {seed}, {report.Episodes.Count} faults, {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s: "
                        + report.Violations[0].Split('\n')[0];
            }

            output.WriteLine($"{name}: {notice}");
            missed += notice == "was not noticed" ? 1 : 0;
        }

        return missed == 0 ? 0 : 1;
    }

    /// <summary>Saves a bad run, and says what was wrong with it and how to repeat it.</summary>
    public static string Describe(NemesisReport report, NemesisRun run)
    {
        const int shown = 20;
        return string.Join('\n', report.Violations.Concat(report.Shortcomings).Take(shown)) + $"""

            The faults, the history and the services' last lines are in {report.Save(run.Outputs)}. The same plan again:
            dotnet run --project tests/AspireKv.EndToEnd.Tests -c Release -- {run.Arguments}
            """;
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
