using System.Security.Cryptography;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Directories;

/// <summary>The directory of one node: used by one process at a time and for one node only.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly IFileSystem _files;
    private readonly IDisposable _lock;

    private DataDirectory(IFileSystem files, DirectoryLayout layout, IDisposable @lock)
    {
        (_files, Layout, _lock) = (files, layout, @lock);
        Damaged = new DamagedFiles(files, layout);
    }

    public DirectoryLayout Layout { get; }

    public string Path => Layout.Root;

    /// <summary>What is known to be wrong with the files, and the files that were set aside for it.</summary>
    public DamagedFiles Damaged { get; }

    /// <summary>Makes the directory when it is not there, and takes it for this process alone.</summary>
    /// <exception cref="DataDirectoryException">The directory is in use, or cannot be written.</exception>
    public static DataDirectory Open(IFileSystem files, string path)
    {
        var layout = new DirectoryLayout(System.IO.Path.GetFullPath(path));
        try
        {
            files.CreateDirectory(layout.Root);
            files.CreateDirectory(layout.WalDirectory);
            return files.TryLock(layout.LockPath) is { } @lock
                ? new DataDirectory(files, layout, @lock)
                : throw new DataDirectoryException(
                    $"The data directory '{layout.Root}' is in use by another process; "
                        + "stop that one, or give this node a directory of its own.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(
                $"The data directory '{layout.Root}' cannot be written or locked: {exception.Message}", exception);
        }
    }

    /// <summary>Whose directory it is, or null when it was never used.</summary>
    /// <exception cref="DataDirectoryException">The directory is another node's.</exception>
    /// <exception cref="StorageDamagedException">The file is not what was written.</exception>
    /// <exception cref="FormatVersionException">Another version of the program wrote the file.</exception>
    public NodeIdentity? ReadIdentity(NodeId node)
    {
        if (!_files.Exists(Layout.IdentityPath))
        {
            return null;
        }

        var identity = ChecksummedFile.Read(
            _files, Layout.IdentityPath, ChecksummedFileKind.Identity, static payload => SmallFileCodec.DecodeIdentity(payload));
        return identity.Node == node
            ? identity
            : throw new DataDirectoryException(
                $"The data directory '{Path}' belongs to node {identity.Node}, not to node {node}; correct Node:Id or Node:DataDirectory, "
                    + "or run this program with the argument 'set-aside' to begin without these files.");
    }

    /// <summary>
    /// Draws the identity of a directory that is used for the first time. The identity counts once <see cref="WriteIdentity"/> wrote it.
    /// </summary>
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

    public void WriteIdentity(NodeIdentity identity) =>
        ChecksummedFile.Write(_files, Layout.IdentityPath, ChecksummedFileKind.Identity, SmallFileCodec.Encode(identity));

    /// <summary>The founding record, or null when there is none.</summary>
    /// <exception cref="StorageDamagedException">The file is not what was written.</exception>
    /// <exception cref="FormatVersionException">Another version of the program wrote the file.</exception>
    public FoundingRecord? ReadFounding() => _files.Exists(Layout.FoundingPath)
        ? ChecksummedFile.Read(
            _files, Layout.FoundingPath, ChecksummedFileKind.Founding, static payload => SmallFileCodec.DecodeFounding(payload))
        : null;

    public void WriteFounding(ReadOnlySpan<byte> encoded) =>
        ChecksummedFile.Write(_files, Layout.FoundingPath, ChecksummedFileKind.Founding, encoded);

    /// <summary>The newest topology that was believed, or null when there is none.</summary>
    /// <exception cref="StorageDamagedException">The file is not what was written.</exception>
    /// <exception cref="FormatVersionException">Another version of the program wrote the file.</exception>
    public ClusterTopology? ReadTopology() => _files.Exists(Layout.TopologyPath)
        ? ChecksummedFile.Read(
            _files, Layout.TopologyPath, ChecksummedFileKind.Topology, static payload => TopologyCodec.FromBytes(payload))
        : null;

    public void WriteTopology(ReadOnlySpan<byte> encoded) =>
        ChecksummedFile.Write(_files, Layout.TopologyPath, ChecksummedFileKind.Topology, encoded);

    public void Dispose()
    {
        Damaged.GiveUp();
        _lock.Dispose();
    }
}
