using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.Auth.Files;

/// <summary>
/// Keeps a second auth service out of the data directory, for as long as this object lives: two would sign with keys of which each has
/// published one. The operating system lets go of the lock when the process ends, however it ends.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = "auth.lock";

    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _held;

    private DirectoryLock(FileStream held) => _held = held;

    /// <exception cref="StartUpException">Another process has the lock, or the file system has no locks.</exception>
    public static DirectoryLock Take(string directory, IDisk disk)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFiles.CreateDirectory(directory, disk);
            var held = TryOpen(path)
                ?? throw new StartUpException($"the data directory {directory} is in use by another auth service: stop that one");

            // Where locks do nothing they also keep nobody out.
            if (TryOpen(path) is { } second)
            {
                second.Dispose();
                held.Dispose();
                throw new StartUpException(
                    $"the data directory {directory} is on a file system without locks, so two services could use it: give another one "
                    + "in Auth:DataDirectory, or turn locks on (DOTNET_SYSTEM_IO_DISABLEFILELOCKING turns them off)");
            }

            return new DirectoryLock(held);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"the data directory {directory} cannot be used ({exception.Message}): let Auth:DataDirectory be a directory that this "
                + "user may write to",
                exception);
        }
    }

    public void Dispose() => _held.Dispose();

    /// <summary>Null: somebody else has it.</summary>
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolationOnWindows)
        {
            return null;
        }
    }
}
