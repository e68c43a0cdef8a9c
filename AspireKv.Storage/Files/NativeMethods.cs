using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Storage.Files;

/// <summary>The calls of the C library that .NET does not offer with their results, on Linux and macOS.</summary>
internal static partial class NativeMethods
{
    private const int InterruptedError = 4;
    private const int NotSupportedOnLinux = 95;
    private const int MacFullSync = 51;

    public static void Sync(SafeFileHandle handle, string path)
    {
        int result;
        do
        {
            result = OperatingSystem.IsMacOS() ? FileControl(handle, MacFullSync) : DataSync(handle);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == InterruptedError);
        if (result != 0)
        {
            throw SyncFailed(path, Marshal.GetLastPInvokeError());
        }
    }

    public static void SyncDirectory(string path)
    {
        var descriptor = OpenReadOnly(path, 0);
        if (descriptor < 0)
        {
            throw Failed("open", path, Marshal.GetLastPInvokeError());
        }

        var result = SyncDescriptor(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw SyncFailed(path, error);
        }
    }

    public static void Allocate(SafeFileHandle handle, long length, string path)
    {
        int error;
        do
        {
            error = AllocateFile(handle, 0, length);
        }
        while (error == InterruptedError);
        if (error == NotSupportedOnLinux)
        {
            RandomAccess.SetLength(handle, length);
        }
        else if (error != 0)
        {
            throw Failed("allocate room for", path, error);
        }
    }

    private static IOException Failed(string what, string path, int error) => new(Describe(what, path, error), error);

    private static SyncFailedException SyncFailed(string path, int error) => new(Describe("sync", path, error), error);

    private static string Describe(string what, string path, int error) =>
        $"Could not {what} '{path}': {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).";

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle handle, int command);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int AllocateFile(SafeFileHandle handle, long offset, long length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenReadOnly(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
