using System.Diagnostics;

namespace AspireKv.StorageBench;

/// <summary>
/// How long a node takes to be ready with so many entries: at least three quarters in its database, the others in its WAL.
/// </summary>
internal static class StartBench
{
    public static void Run(BenchSettings settings)
    {
        var directory = Path.Combine(settings.Directory, "start");
        var value = BenchEngine.Value(BenchSettings.ValueBytes);
        var engine = BenchEngine.Open(directory);
        var last = 0L;
        for (var i = 0; i < settings.Entries; i++)
        {
            last = engine.Append(BenchEngine.Put(i, i + 1, value));
            if (i % 10_000 == 0)
            {
                engine.WaitDurable(last);
            }

            if (i == settings.Entries * 3 / 4)
            {
                // From here on the WAL holds what SQLite does not.
                engine.Checkpoint();
            }
        }

        engine.WaitDurable(last);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var wal = Directory.GetFiles(Path.Combine(directory, "wal"), "*.wal").Sum(path => new FileInfo(path).Length);
        var sqlite = new FileInfo(Path.Combine(directory, "entries.sqlite")).Length;
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        engine = BenchEngine.Open(directory);
        var number = settings.Entries - 1;
        if (engine.Find(number % BenchEngine.Partitions, BenchEngine.Key(number)) is null || engine.Find(0, BenchEngine.Key(0)) is null)
        {
            throw new InvalidOperationException("an entry is missing after the start");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        start = Stopwatch.GetTimestamp();
        engine = BenchEngine.Open(directory, options => options.Sqlite.CheckedAtStartBytes = long.MaxValue >> 24);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var checkedSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Console.WriteLine(
            $"Start with {settings.Entries:N0} entries of {BenchSettings.ValueBytes} bytes: "
                + $"write-ahead log {wal / (double)(1 << 20):N0} MiB, "
                + $"SQLite {sqlite / (double)(1 << 20):N0} MiB");
        Console.WriteLine(
            $"ready, with a first and a last entry read, after {seconds:F2} s, with {memory / (double)(1 << 20):N0} MiB on the heap; "
                + $"with all of SQLite compared first, after {checkedSeconds:F2} s");
    }
}
