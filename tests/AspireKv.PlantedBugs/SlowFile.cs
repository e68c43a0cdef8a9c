using AspireKv.Storage.Files;

namespace AspireKv.PlantedBugs;

/// <summary>A file on a disk that takes half a second for each sync while there is a file of another name.</summary>
internal sealed class SlowFile(IStorageFile file, string whileThereIs) : IStorageFile
{
    private static readonly TimeSpan SyncTime = TimeSpan.FromMilliseconds(500);

    public long Length => file.Length;

    public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

    public void Allocate(long length) => file.Allocate(length);

    public void SetLength(long length) => file.SetLength(length);

    public void Sync()
    {
        file.Sync();
        if (File.Exists(whileThereIs))
        {
            new ManualResetEventSlim().Wait(SyncTime);
        }
    }

    public void Dispose() => file.Dispose();
}
