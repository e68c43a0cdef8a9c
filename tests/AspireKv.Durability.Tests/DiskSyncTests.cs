namespace AspireKv.Durability.Tests;

public sealed class DiskSyncTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-sync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Sync_FileAndDirectory_Succeeds()
    {
        var path = Path.Combine(_directory, "file");
        File.WriteAllText(path, "content");
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);

        DiskSync.SyncFile(handle, path);
        DiskSync.SyncDirectory(_directory);
    }

    [Fact]
    public void SyncFile_ThatTheKernelRefuses_Throws()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The null device cannot be synced; RandomAccess.FlushToDisk says nothing of it.
        using var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);

        var failure = Assert.Throws<SyncFailedException>(() => DiskSync.SyncFile(handle, "/dev/null"));

        Assert.Contains("sync '/dev/null'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("errno 22", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SyncDirectory_ThatTheKernelRefuses_Throws()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var failure = Assert.Throws<SyncFailedException>(() => DiskSync.SyncDirectory("/proc"));

        Assert.Contains("sync '/proc'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("errno 22", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing was synced, and nothing was lost: a later try may succeed.</summary>
    [Fact]
    public void SyncDirectory_ThatIsNotThere_IsNoFailedSync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var failure = Assert.Throws<IOException>(() => DiskSync.SyncDirectory(Path.Combine(_directory, "none")));

        Assert.Contains("open", failure.Message, StringComparison.Ordinal);
    }
}
