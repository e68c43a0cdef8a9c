using AspireKv.Durability;

namespace AspireKv.Storage.Files;

/// <summary>The file system of the machine.</summary>
internal sealed class PhysicalFileSystem : IFileSystem
{
    public void CreateDirectory(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path) || Path.GetDirectoryName(path) is not { } parent)
        {
            return;
        }

        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        try
        {
            SyncDirectory(parent);
        }
        catch
        {
            // A later try must not take the directory for one that is there for good.
            Directory.Delete(path);
            throw;
        }
    }

    public bool Exists(string path) => File.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> ListDirectories(string directory) =>
        [.. Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)!)];

    public IStorageFile Create(string path) =>
        new PhysicalFile(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read));

    public IStorageFile Open(string path) =>
        new PhysicalFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncDirectory(string path) => DiskSync.SyncDirectory(path);

    public long GetAvailableBytes(string directory) =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(directory)! : directory).AvailableFreeSpace;

    public IDisposable? TryLock(string path) => ProvenLock.TryTake(path);
}
