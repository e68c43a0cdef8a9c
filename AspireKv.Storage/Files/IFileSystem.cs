namespace AspireKv.Storage.Files;

/// <summary>
/// All that the engine asks of a file system, SQLite's own files aside. The seam at which tests lose what was not synced and let calls
/// fail. Every failure is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IFileSystem
{
    void CreateDirectory(string path);

    bool Exists(string path);

    /// <summary>The names, without the directory, of the files in a directory, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>The names of the directories in it.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Makes an empty file. The file is there for good only after <see cref="SyncDirectory"/>.</summary>
    IStorageFile Create(string path);

    IStorageFile Open(string path);

    /// <summary>Takes the place of what was at <paramref name="to"/>. For good only after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>For good only after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    void SyncDirectory(string path);

    /// <summary>Bytes that could still be written there, by anybody; out of date as soon as it is said.</summary>
    long GetAvailableBytes(string directory);

    /// <summary>
    /// Takes the file for this process alone, or returns null when another one has it. Fails where nothing would keep another one out.
    /// </summary>
    IDisposable? TryLock(string path);
}
