using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>Hands every call on, for tests that are about a few of them.</summary>
internal abstract class DelegatingFiles : IFileSystem
{
    /// <summary>Where a call goes; asked once for each.</summary>
    protected abstract IFileSystem Inner { get; }

    public void CreateDirectory(string path) => Inner.CreateDirectory(path);

    public bool Exists(string path) => Inner.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => Inner.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => Inner.ListDirectories(directory);

    public virtual IStorageFile Create(string path) => Inner.Create(path);

    public virtual IStorageFile Open(string path) => Inner.Open(path);

    public virtual void Rename(string from, string to) => Inner.Rename(from, to);

    public void Delete(string path) => Inner.Delete(path);

    public virtual void SyncDirectory(string path) => Inner.SyncDirectory(path);

    public virtual long GetAvailableBytes(string directory) => Inner.GetAvailableBytes(directory);

    public virtual IDisposable? TryLock(string path) => Inner.TryLock(path);
}
