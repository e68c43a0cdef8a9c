namespace AspireKv.Auth.Files;

/// <summary>Files and directories that only this user may open. On Windows the directory's access list decides.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the directory and those above it that are missing; when this returns, a power cut takes none of them.</summary>
    public static void CreateDirectory(string path, IDisk disk)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path) || Path.GetDirectoryName(path) is not { } parent)
        {
            return;
        }

        CreateDirectory(parent, disk);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FileMode600 | UnixFileMode.UserExecute);
        }

        try
        {
            disk.SyncDirectory(parent);
        }
        catch
        {
            // A later try must not take the directory for one that is there for good.
            Directory.Delete(path);
            throw;
        }
    }

    /// <summary>Whether another user may open the file.</summary>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FileMode600) != 0;

    /// <summary>The mode is given at creation: there is no moment at which another user could open it.</summary>
    /// <exception cref="IOException">It exists, among others.</exception>
    public static FileStream CreateNew(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }

        return new FileStream(path, options);
    }

    /// <summary>When this returns, a power cut takes neither the content of the file nor its name.</summary>
    /// <exception cref="IOException">The disk could not keep it.</exception>
    public static void Sync(string path, IDisk disk)
    {
        // Windows wants a handle that may write; elsewhere the file may be one that its owner can only read.
        using (var handle = File.OpenHandle(
            path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read))
        {
            disk.SyncFile(handle, path);
        }

        disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
