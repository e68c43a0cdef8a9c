using System.Diagnostics;
using AspireKv.Storage.Files;

namespace AspireKv.StorageBench;

/// <summary>What the disk alone can do: writes of one small record, each with a sync, over a file that has its room already.</summary>
internal static class SyncRate
{
    private const int FileBytes = 16 * 1024 * 1024;
    private const int RecordBytes = 192;

    /// <summary>Syncs a second.</summary>
    public static double Measure(string directory, int seconds)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "syncs");
        using var file = new PhysicalFileSystem().Create(path);
        file.Allocate(FileBytes);
        for (var offset = 0; offset < FileBytes; offset += 1024 * 1024)
        {
            file.Write(new byte[1024 * 1024], offset);
        }

        file.Sync();
        var record = BenchEngine.Value(RecordBytes);
        var count = 0;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds))
        {
            file.Write(record, (long)count * RecordBytes % (FileBytes - RecordBytes));
            file.Sync();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
