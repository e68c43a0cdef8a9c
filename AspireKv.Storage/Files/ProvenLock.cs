namespace AspireKv.Storage.Files;

/// <summary>
/// A file held by this process alone, which is proven: some file systems know no locks, .NET can be told not to take any, and passes over
/// most of what the system says when it cannot. So the file is opened a second time, which must be refused.
/// </summary>
internal static class ProvenLock
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);

    /// <summary>Takes the file, made when it is not there; null when another process has it.</summary>
    /// <exception cref="IOException">The file cannot be opened, or nothing keeps a second process from it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static IDisposable? TryTake(string path) => TryTake(path, Open);

    /// <param name="path">The path of the file.</param>
    /// <param name="open">Opens the file for one holder.</param>
    internal static IDisposable? TryTake(string path, Func<string, IDisposable> open)
    {
        if (TryOpen(path, open) is not { } held)
        {
            return null;
        }

        try
        {
            if (TryOpen(path, open) is not { } second)
            {
                return held;
            }

            second.Dispose();
            throw new IOException(
                $"'{path}' can be locked twice, so nothing would keep a second process out. The file system has no locks, "
                    + "or DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static IDisposable? TryOpen(string path, Func<string, IDisposable> open)
    {
        try
        {
            return open(path);
        }
        catch (IOException exception) when (exception.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolationOnWindows)
        {
            return null;
        }
    }

    /// <summary>On Unix, FileShare.None is an exclusive flock, which ends with the process however it dies.</summary>
    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
}
