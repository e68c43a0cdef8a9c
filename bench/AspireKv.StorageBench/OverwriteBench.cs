using System.Diagnostics;
using AspireKv.Cluster.Operations;
using AspireKv.Storage;

namespace AspireKv.StorageBench;

/// <summary>
/// The same keys over and over for a while: how large the WAL gets, and for how long an append had to wait while checkpoints ran.
/// </summary>
internal static class OverwriteBench
{
    private const int Keys = 10_000;
    private const int Bytes = 1_000;
    private const int Waiters = 16;

    public static void Run(BenchSettings settings)
    {
        var options = new StorageOptions();
        var directory = Path.Combine(settings.Directory, "overwrite");
        var engine = BenchEngine.Open(directory, change =>
        {
            change.Checkpoints.Interval = TimeSpan.FromSeconds(2);
            options = change;
        });
        var value = BenchEngine.Value(Bytes);
        var waits = new List<double>();
        var (appended, refused, largest) = (0L, 0L, 0L);
        var start = Stopwatch.GetTimestamp();
        var looked = start;
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(settings.Seconds * 4))
        {
            var began = Stopwatch.GetTimestamp();
            var position = 0L;
            for (var i = 0; i < Waiters; i++)
            {
                var record = BenchEngine.Put((int)(appended % Keys), appended + 1, value);
                if (engine.CheckRoom(record.Entry) != NotAppliedReason.None)
                {
                    refused++;
                    continue;
                }

                position = engine.Append(record);
                appended++;
            }

            engine.WaitDurable(position);
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (Stopwatch.GetElapsedTime(looked) > TimeSpan.FromMilliseconds(100))
            {
                looked = Stopwatch.GetTimestamp();
                largest = Math.Max(largest, SizeOf(new DirectoryInfo(Path.Combine(directory, "wal"))));
            }
        }

        waits.Sort();
        Console.WriteLine(
            $"Overwrite: {Keys:N0} keys of {Bytes:N0} bytes, {Waiters} at a time, checkpoints every 2 s, for {settings.Seconds * 4} s");
        Console.WriteLine(
            $"{appended * (double)Bytes / (1 << 20):N0} MiB appended, {refused:N0} refused; "
                + $"the write-ahead log had at most {largest / (double)(1 << 20):N0} MiB "
                + $"(bound: {options.Wal.LimitBytes / (1 << 20):N0} MiB)");
        Console.WriteLine(
            $"wait for a sync: p50 {waits[waits.Count / 2]:F2} ms, p99.9 {waits[(int)(waits.Count * 0.999)]:F1} ms, "
                + $"longest {waits[^1]:F1} ms");
        Console.WriteLine();
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>A segment may be dropped while it is looked at.</summary>
    private static long SizeOf(DirectoryInfo wal)
    {
        try
        {
            return wal.EnumerateFiles("*.wal").Sum(file => file.Length);
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
