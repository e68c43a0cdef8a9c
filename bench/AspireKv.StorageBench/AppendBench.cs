using System.Diagnostics;

namespace AspireKv.StorageBench;

/// <summary>
/// Durable appends a second with so many under way at a time, against the syncs a second that the disk does alone in the same run.
/// </summary>
internal static class AppendBench
{
    private static readonly int[] Waiters = [1, 16, 64, 256];

    public static void Run(BenchSettings settings)
    {
        Console.WriteLine("Append: 100-byte values, durable");
        Console.WriteLine("| waiters | appends/s | syncs/s of the disk alone | ratio |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        foreach (var waiters in Waiters)
        {
            // Side by side, since a shared disk changes from minute to minute: half of the syncs before, half after.
            var before = SyncRate.Measure(Path.Combine(settings.Directory, $"before-{waiters}"), settings.Seconds);
            var appends = Measure(Path.Combine(settings.Directory, $"append-{waiters}"), waiters, settings.Seconds);
            var after = SyncRate.Measure(Path.Combine(settings.Directory, $"after-{waiters}"), settings.Seconds);
            var syncs = (before + after) / 2;
            Console.WriteLine($"| {waiters} | {appends:N0} | {syncs:N0} | {appends / syncs:F2} x |");
        }

        Console.WriteLine();
    }

    private static double Measure(string directory, int waiters, int seconds)
    {
        var durable = new DurableQueue();
        var engine = BenchEngine.Open(directory, observer: durable);
        var value = BenchEngine.Value(BenchSettings.ValueBytes);
        var waiting = new Queue<long>();
        var sequence = 0L;
        for (var i = 0; i < waiters; i++)
        {
            Append();
        }

        var count = 0L;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds))
        {
            var position = durable.Take();
            var done = 0;
            while (waiting.TryPeek(out var oldest) && oldest <= position)
            {
                waiting.Dequeue();
                done++;
            }

            count += done;
            for (var i = 0; i < done; i++)
            {
                Append();
            }
        }

        var rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return rate;

        void Append() => waiting.Enqueue(engine.Append(BenchEngine.Put((int)(sequence % 100_000), ++sequence, value)));
    }
}
