using AspireKv.StorageNode.Storage.Files;

namespace AspireKv.PlantedBugs;

/// <summary>The files of the machine, on a disk that takes half a second for each sync.</summary>
internal sealed class SlowFileSystem : IFileSystem
{
    private static readonly TimeSpan SyncTime = TimeSpan.FromMilliseconds(500);

    private readonly PhysicalFileSystem _files = new();

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public bool Exists(string path) => _files.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _files.ListFiles(directory);

    public IStorageFile Create(string path) => new SlowFile(_files.Create(path));

    public IStorageFile Open(string path) => new SlowFile(_files.Open(path));

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public void SyncDirectory(string path) => _files.SyncDirectory(path);

    public long GetAvailableBytes(string directory) => _files.GetAvailableBytes(directory);

    public IDisposable? TryLock(string path) => _files.TryLock(path);

    private sealed class SlowFile(IStorageFile file) : IStorageFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

        public void Allocate(long length) => file.Allocate(length);

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            file.Sync();
            new ManualResetEventSlim().Wait(SyncTime);
        }

        public void Dispose() => file.Dispose();
    }
}
