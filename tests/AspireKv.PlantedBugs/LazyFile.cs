using AspireKv.Storage.Files;

namespace AspireKv.PlantedBugs;

/// <summary>
/// Keeps what is written in this process for a while before it reaches the disk, and takes a sync for granted: a kill then costs what a
/// power cut would cost where fsync is skipped.
/// </summary>
internal sealed class LazyFile : IStorageFile
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
