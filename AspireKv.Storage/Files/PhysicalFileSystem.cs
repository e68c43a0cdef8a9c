namespace AspireKv.Storage.Files;

/// <summary>The file system of the machine.</summary>
internal sealed class PhysicalFileSystem : IFileSystem
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);

    public void CreateDirectory(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path) || Path.GetDirectoryName(path) is not { } parent)
        {
            return;
        }

        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        SyncDirectory(parent);
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

    public void SyncDirectory(string path)
    {
        // Windows has no such call: NTFS journals names by itself.
        if (!OperatingSystem.IsWindows())
        {
            NativeMethods.SyncDirectory(path);
        }
    }

    public long GetAvailableBytes(string directory) =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(directory)! : directory).AvailableFreeSpace;

    public IDisposable? TryLock(string path)
    {
        try
        {
            // On Unix, FileShare.None is an exclusive flock, which ends with the process however it dies.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (exception.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolationOnWindows)
        {
            return null;
        }
    }
}
