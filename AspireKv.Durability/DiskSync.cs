using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Durability;

/// <summary>
/// Brings what was written to stable storage, and says so when it could not: .NET 10 swallows the errors of fsync on Unix, and knows no
/// sync of a directory, without which a power cut takes the name of a file that was made or renamed.
/// </summary>
public static partial class DiskSync
{
    private const int InterruptedError = 4;
    private const int MacFullSync = 51;

    /// <summary>Syncs the content of a file.</summary>
    /// <param name="handle">The open file; on Windows it must be open for writing.</param>
    /// <param name="path">Its name in the exception.</param>
    /// <exception cref="SyncFailedException">The kernel could not.</exception>
    public static void SyncFile(SafeFileHandle handle, string path)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        int result;
        do
        {
            result = OperatingSystem.IsMacOS() ? FileControl(handle, MacFullSync) : DataSync(handle);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == InterruptedError);
        if (result != 0)
        {
            throw new SyncFailedException(Describe("sync", path, Marshal.GetLastPInvokeError()), Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Syncs which files and directories lie in a directory, by which names.</summary>
    /// <exception cref="SyncFailedException">The kernel could not.</exception>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    public static void SyncDirectory(string path)
    {
        // Windows has no such call: NTFS journals names by itself.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenReadOnly(path, 0);
        if (descriptor < 0)
        {
            var reason = Marshal.GetLastPInvokeError();
            throw new IOException(Describe("open", path, reason), reason);
        }

        var result = SyncDescriptor(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new SyncFailedException(Describe("sync", path, error), error);
        }
    }

    private static string Describe(string what, string path, int error) =>
        $"Could not {what} '{path}': {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).";

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle handle, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenReadOnly(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
