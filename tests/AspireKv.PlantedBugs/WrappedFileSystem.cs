using AspireKv.Storage.Files;

namespace AspireKv.PlantedBugs;

/// <summary>The file system of the machine, with every open file in a wrapper.</summary>
internal sealed class WrappedFileSystem(Func<IStorageFile, IStorageFile> wrap) : IFileSystem
{
    private readonly PhysicalFileSystem _files = new();

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public bool Exists(string path) => _files.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _files.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => _files.ListDirectories(directory);

    public IStorageFile Create(string path) => wrap(_files.Create(path));

    public IStorageFile Open(string path) => wrap(_files.Open(path));

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public void SyncDirectory(string path) => _files.SyncDirectory(path);

    public long GetAvailableBytes(string directory) => _files.GetAvailableBytes(directory);

    public IDisposable? TryLock(string path) => _files.TryLock(path);
}
