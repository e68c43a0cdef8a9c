namespace AspireKv.Storage.Files;

internal static class StorageFileExtensions
{
    /// <summary>Reads a whole file of at most <paramref name="maxBytes"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The file is larger.</exception>
    public static byte[] ReadAll(this IFileSystem files, string path, long maxBytes)
    {
        using var file = files.Open(path);
        return file.ReadAll(maxBytes);
    }

    /// <inheritdoc cref="ReadAll(IFileSystem, string, long)"/>
    public static byte[] ReadAll(this IStorageFile file, long maxBytes)
    {
        var length = file.Length;
        if (length > maxBytes)
        {
            throw new InvalidDataException($"it has {length} bytes, more than the {maxBytes} it can have");
        }

        var bytes = new byte[length];
        var read = file.Read(bytes, 0);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>
    /// Puts a file in its place as a whole: a crash leaves the file that was there before, or none, but never a part of the new one.
    /// </summary>
    public static void WriteWhole(this IFileSystem files, string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + ".new";
        if (files.Exists(temporary))
        {
            files.Delete(temporary);
        }

        using (var file = files.Create(temporary))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        files.Rename(temporary, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
