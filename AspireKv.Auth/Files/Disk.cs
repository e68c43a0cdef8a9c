using AspireKv.Durability;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Auth.Files;

/// <summary>The disk of this machine.</summary>
internal sealed class Disk : IDisk
{
    public void SyncFile(SafeFileHandle handle, string path) => DiskSync.SyncFile(handle, path);

    public void SyncDirectory(string path) => DiskSync.SyncDirectory(path);
}
