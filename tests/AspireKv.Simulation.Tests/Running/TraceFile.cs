using System.Globalization;
using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>
/// What two versions of the code are compared by: one line a seed, with the seed and the hash of everything that happened in its run. Two
/// versions that leave the same file sent the same messages with the same stamps in the same order.
/// </summary>
internal static class TraceFile
{
    /// <summary>So many seeds that differ are named; one is enough to look for the cause.</summary>
    private const int MaxNamed = 10;

    /// <summary>Runs the seeds and writes the file.</summary>
    public static void Write(SeedRange seeds, Profile? profile, string path)
    {
        using var file = new StreamWriter(path);
        foreach (var seed in seeds.Seeds)
        {
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seed} {Trace(seed, profile)}"));
        }
    }

    /// <summary>Runs the seeds and compares them with the file. Returns how many differ, and names the first of them.</summary>
    public static int Compare(SeedRange seeds, Profile? profile, string path, TextWriter output)
    {
        var written = File.ReadLines(path).Select(line => line.Split(' ')).ToDictionary(
            parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => parts[1]);
        var differing = 0;
        foreach (var seed in seeds.Seeds)
        {
            var before = written.GetValueOrDefault(seed, "none");
            var now = Trace(seed, profile);
            if (now == before)
            {
                continue;
            }

            differing++;
            if (differing <= MaxNamed)
            {
                output.WriteLine($"seed {seed} differs: {before} before, {now} now");
            }
        }

        return differing;
    }

    private static string Trace(int seed, Profile? profile) => CommandLine.Hash(SimulationRun.Run(ScenarioDraw.Draw(seed, profile)));
}
