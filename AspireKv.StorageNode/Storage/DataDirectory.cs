using System.Security.Cryptography;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Storage.Codec;
using AspireKv.StorageNode.Storage.Files;

namespace AspireKv.StorageNode.Storage;

/// <summary>
/// The files of one node, and that they are used by one process and for one node only.
/// <code>
/// lock            held while a process uses the directory
/// identity        node id and incarnation; written last of all when the directory is first used
/// founding        the founding record, once there is one
/// wal/            the segments of the write-ahead log
/// entries.sqlite  what checkpoints moved out of it, with SQLite's own -wal and -shm beside it
/// </code>
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly IFileSystem _files;
    private readonly IDisposable _lock;

    private DataDirectory(IFileSystem files, string path, IDisposable @lock) => (_files, Path, _lock) = (files, path, @lock);

    public string Path { get; }

    public string LogDirectory => System.IO.Path.Combine(Path, "wal");

    public string SqlitePath => System.IO.Path.Combine(Path, "entries.sqlite");

    private string IdentityPath => System.IO.Path.Combine(Path, "identity");

    private string FoundingPath => System.IO.Path.Combine(Path, "founding");

    /// <summary>Makes the directory when it is not there, and takes it for this process alone.</summary>
    /// <exception cref="DataDirectoryException">It is in use, or cannot be written.</exception>
    public static DataDirectory Open(IFileSystem files, string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            files.CreateDirectory(path);
            files.CreateDirectory(System.IO.Path.Combine(path, "wal"));
            return files.TryLock(System.IO.Path.Combine(path, "lock")) is { } @lock
                ? new DataDirectory(files, path, @lock)
                : throw new DataDirectoryException(
                    $"The data directory '{path}' is in use by another process; stop that one, or give this node a directory of its own.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The data directory '{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Whose directory it is, or null when it was never used.</summary>
    /// <exception cref="DataDirectoryException">It is another node's.</exception>
    /// <exception cref="StorageDamagedException">The file is not what was written.</exception>
    public NodeIdentity? ReadIdentity(NodeId node)
    {
        if (!_files.Exists(IdentityPath))
        {
            return null;
        }

        var identity = ChecksummedFile.Read(_files, IdentityPath, ChecksummedFileKind.Identity, static payload =>
        {
            var reader = new ByteReader(payload);
            var identity = new NodeIdentity(new NodeId(reader.UInt16()), reader.UInt64());
            reader.End();
            return identity;
        });
        return identity.Node == node
            ? identity
            : throw new DataDirectoryException(
                $"The data directory '{Path}' belongs to node {identity.Node}, not to node {node}; correct Node:Id or Node:DataDirectory.");
    }

    /// <summary>Draws the identity of a directory that is used for the first time. It counts once <see cref="WriteIdentity"/> wrote it.</summary>
    public static NodeIdentity NewIdentity(NodeId node)
    {
        Span<byte> random = stackalloc byte[8];
        ulong incarnation;
        do
        {
            RandomNumberGenerator.Fill(random);
            incarnation = BitConverter.ToUInt64(random);
        }
        while (incarnation == 0);
        return new NodeIdentity(node, incarnation);
    }

    public void WriteIdentity(NodeIdentity identity)
    {
        var payload = new byte[10];
        var writer = new ByteWriter(payload);
        writer.UInt16((ushort)identity.Node.Value);
        writer.UInt64(identity.Incarnation);
        ChecksummedFile.Write(_files, IdentityPath, ChecksummedFileKind.Identity, payload);
    }

    public FoundingRecord? ReadFounding() => _files.Exists(FoundingPath)
        ? ChecksummedFile.Read(_files, FoundingPath, ChecksummedFileKind.Founding, static payload => FoundingCodec.Decode(payload))
        : null;

    public void WriteFounding(ReadOnlySpan<byte> encoded) => ChecksummedFile.Write(_files, FoundingPath, ChecksummedFileKind.Founding, encoded);

    public void Dispose() => _lock.Dispose();
}
