namespace AspireKv.Storage.Files;

/// <summary>An open file. What was written survives a power cut only after <see cref="Sync"/> returned.</summary>
internal interface IStorageFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; returns the number of bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes the file this long at least, with room on the disk for all of it.</summary>
    void Allocate(long length);

    /// <summary>Cuts the file, or makes it longer with zeros.</summary>
    void SetLength(long length);

    /// <summary>
    /// Returns once everything written is on stable storage. After a failure nothing is known of what was written, and never will be.
    /// </summary>
    void Sync();
}
