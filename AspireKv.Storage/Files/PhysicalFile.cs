using AspireKv.Durability;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Storage.Files;

internal sealed class PhysicalFile(string path, SafeFileHandle handle) : IStorageFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

    public void Allocate(long length)
    {
        if (Length >= length)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            NativeMethods.Allocate(handle, length, path);
        }
        else
        {
            RandomAccess.SetLength(handle, length);
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Sync() => DiskSync.SyncFile(handle, path);

    public void Dispose() => handle.Dispose();
}
