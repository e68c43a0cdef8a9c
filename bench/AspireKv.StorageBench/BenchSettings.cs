using System.Globalization;

namespace AspireKv.StorageBench;

/// <summary>What to measure, and where.</summary>
/// <param name="Directory">A directory of its own below the one that was named; on the disk that is to be measured.</param>
/// <param name="Seconds">How long each load runs.</param>
/// <param name="Entries">How many entries to checkpoint, read and recover.</param>
internal sealed record BenchSettings(string Directory, int Seconds, int Entries)
{
    public const string Usage = "Usage: bench/storage [--directory DIRECTORY] [--seconds 1..300] [--entries 1000..10000000]";

    public const int ValueBytes = 100;

    public static BenchSettings? Parse(string[] args)
    {
        var (parent, seconds, entries) = (Path.GetTempPath(), 5, 1_000_000);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var isKnown = args[i] switch
            {
                "--directory" => (parent = args[i + 1]).Length > 0,
                "--seconds" => TryParse(args[i + 1], 1, 300, out seconds),
                "--entries" => TryParse(args[i + 1], 1_000, 10_000_000, out entries),
                _ => false,
            };
            if (!isKnown)
            {
                return null;
            }
        }

        return args.Length % 2 == 0 ? new(Path.Combine(parent, $"aspirekv-bench-{Environment.ProcessId}"), seconds, entries) : null;
    }

    private static bool TryParse(string text, int low, int high, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= low && number <= high;
}
