using AspireKv.Durability;

namespace AspireKv.AppHost;

/// <summary>Writes files that are there whole or not at all, whenever the process or the machine ends.</summary>
internal static class WholeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the content aside, syncs it and renames it. Nobody but the owner may read the file.</summary>
    /// <exception cref="IOException">The file could not be written; what was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        var aside = file + ".new";
        File.Delete(aside);
        using (var stream = new FileStream(aside, options))
        {
            stream.Write(content);
            stream.Flush();
            DiskSync.SyncFile(stream.SafeFileHandle, aside);
        }

        File.Move(aside, file, overwrite: true);
        DiskSync.SyncDirectory(Path.GetDirectoryName(file)!);
    }
}
