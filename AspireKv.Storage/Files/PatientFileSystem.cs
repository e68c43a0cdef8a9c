using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Files;

/// <summary>
/// A file system whose calls wait while there are no file descriptors or no memory for them, but for the writes and the syncs.
/// </summary>
internal sealed class PatientFileSystem(IFileSystem inner, Patience patience) : IFileSystem
{
    private readonly PatientCalls _calls = new(patience);

    public void CreateDirectory(string path) => _calls.Run(() => inner.CreateDirectory(path));

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _calls.Run(() => inner.ListFiles(directory));

    public IReadOnlyList<string> ListDirectories(string directory) => _calls.Run(() => inner.ListDirectories(directory));

    public IStorageFile Create(string path) => _calls.Run(() => new PatientFile(inner.Create(path), _calls));

    public IStorageFile Open(string path) => _calls.Run(() => new PatientFile(inner.Open(path), _calls));

    public void Rename(string from, string to) => _calls.Run(() => inner.Rename(from, to));

    public void Delete(string path) => _calls.Run(() => inner.Delete(path));

    public void SyncDirectory(string path) => _calls.Run(() => inner.SyncDirectory(path));

    public long GetAvailableBytes(string directory) => _calls.Run(() => inner.GetAvailableBytes(directory));

    public IDisposable? TryLock(string path) => _calls.Run(() => inner.TryLock(path));
}
