using Microsoft.Win32.SafeHandles;

namespace AspireKv.Auth.Files;

/// <summary>What brings files and their names to stable storage. The seam at which tests see in which order, and let it fail.</summary>
internal interface IDisk
{
    /// <exception cref="IOException">The disk could not keep the content.</exception>
    void SyncFile(SafeFileHandle handle, string path);

    /// <exception cref="IOException">The disk could not keep the names in the directory.</exception>
    void SyncDirectory(string path);
}
