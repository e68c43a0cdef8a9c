using AspireKv.StorageNode.Storage.Files;

namespace AspireKv.PlantedBugs;

/// <summary>
/// Keeps what is written in this process for a while before it reaches the disk, and takes a sync for granted: a kill then costs what a power cut would
/// cost where fsync is skipped.
/// </summary>
internal sealed class LazyFileSystem : IFileSystem
{
    private readonly PhysicalFileSystem _files = new();

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public bool Exists(string path) => _files.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _files.ListFiles(directory);

    public IStorageFile Create(string path) => new LazyFile(_files.Create(path));

    public IStorageFile Open(string path) => new LazyFile(_files.Open(path));

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public void SyncDirectory(string path) => _files.SyncDirectory(path);

    public long GetAvailableBytes(string directory) => _files.GetAvailableBytes(directory);

    public IDisposable? TryLock(string path) => _files.TryLock(path);

    private sealed class LazyFile : IStorageFile
    {
        private static readonly TimeSpan Laziness = TimeSpan.FromMilliseconds(500);

        private readonly IStorageFile _file;
        private readonly Lock _gate = new();
        private readonly Queue<(byte[] Bytes, long Offset)> _waiting = new();
        private readonly Timer _timer;

        public LazyFile(IStorageFile file)
        {
            _file = file;
            _timer = new Timer(static file => ((LazyFile)file!).Flush(), this, Laziness, Laziness);
        }

        public long Length => Flushed().Length;

        public int Read(Span<byte> buffer, long offset) => Flushed().Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (_gate)
            {
                _waiting.Enqueue((bytes.ToArray(), offset));
            }
        }

        public void Allocate(long length) => Flushed().Allocate(length);

        public void SetLength(long length) => Flushed().SetLength(length);

        public void Sync()
        {
        }

        public void Dispose()
        {
            _timer.Dispose();
            Flushed().Dispose();
        }

        private IStorageFile Flushed()
        {
            Flush();
            return _file;
        }

        private void Flush()
        {
            lock (_gate)
            {
                while (_waiting.TryDequeue(out var write))
                {
                    _file.Write(write.Bytes, write.Offset);
                }
            }
        }
    }
}
