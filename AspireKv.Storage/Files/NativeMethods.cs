using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Storage.Files;

/// <summary>The call of the C library that gives a file its room on the disk, which .NET does not offer. Linux only.</summary>
internal static partial class NativeMethods
{
    private const int InterruptedError = 4;
    private const int NotSupported = 95;

    public static void Allocate(SafeFileHandle handle, long length, string path)
    {
        int error;
        do
        {
            error = AllocateFile(handle, 0, length);
        }
        while (error == InterruptedError);
        if (error == NotSupported)
        {
            RandomAccess.SetLength(handle, length);
        }
        else if (error != 0)
        {
            throw new IOException(
                $"Could not allocate room for '{path}': {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int AllocateFile(SafeFileHandle handle, long offset, long length);
}
