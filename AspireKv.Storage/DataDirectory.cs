using System.Globalization;
using System.Security.Cryptography;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Files;

namespace AspireKv.Storage;

/// <summary>
/// The files of one node, and that they are used by one process and for one node only.
/// <code>
/// lock            held while a process uses the directory
/// identity        node id and incarnation; written last of all when the directory is first used
/// founding        the founding record, once there is one
/// wal/            the segments of the write-ahead log
/// entries.sqlite  what checkpoints moved out of it, with SQLite's own -wal and -shm beside it
/// damage          says what is wrong with these files, until they were set aside
/// damaged-1/      files that were set aside, with the note of what is wrong with them; never read again
/// </code>
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string DamageNote = "damage";
    private const string AsidePrefix = "damaged-";
    private const int MaxNoteBytes = 64 * 1024;

    private readonly IFileSystem _files;
    private readonly IDisposable _lock;
    private readonly Lock _noteGate = new();
    private bool _isGivenUp;

    private DataDirectory(IFileSystem files, string path, IDisposable @lock) => (_files, Path, _lock) = (files, path, @lock);

    public string Path { get; }

    public string LogDirectory => System.IO.Path.Combine(Path, "wal");

    public string SqlitePath => System.IO.Path.Combine(Path, "entries.sqlite");

    /// <summary>Bytes of SQLite's file.</summary>
    public long SqliteBytes => new FileInfo(SqlitePath) is { Exists: true } file ? file.Length : 0;

    private string IdentityPath => System.IO.Path.Combine(Path, "identity");

    private string FoundingPath => System.IO.Path.Combine(Path, "founding");

    private string DamagePath => System.IO.Path.Combine(Path, DamageNote);

    /// <summary>How many times files were set aside whose directory is still there.</summary>
    public int TimesSetAside => AsideNumbers().Count();

    /// <summary>True when there is anything that a node wrote and <see cref="SetAside"/> would move.</summary>
    public bool HasFiles => _files.ListFiles(LogDirectory).Count > 0 || _files.ListFiles(Path).Any(name => IsMoved(name, keepsFounding: false));

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
    /// <exception cref="FormatVersionException">Another version of the program wrote it.</exception>
    public NodeIdentity? ReadIdentity(NodeId node)
    {
        if (!_files.Exists(IdentityPath))
        {
            return null;
        }

        var identity = ChecksummedFile.Read(_files, IdentityPath, ChecksummedFileKind.Identity, static payload => SmallFileCodec.DecodeIdentity(payload));
        return identity.Node == node
            ? identity
            : throw new DataDirectoryException(
                $"The data directory '{Path}' belongs to node {identity.Node}, not to node {node}; correct Node:Id or Node:DataDirectory, "
                    + "or run this program with the argument 'set-aside' to begin without these files.");
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

    public void WriteIdentity(NodeIdentity identity) =>
        ChecksummedFile.Write(_files, IdentityPath, ChecksummedFileKind.Identity, SmallFileCodec.Encode(identity));

    public FoundingRecord? ReadFounding() => _files.Exists(FoundingPath)
        ? ChecksummedFile.Read(_files, FoundingPath, ChecksummedFileKind.Founding, static payload => SmallFileCodec.DecodeFounding(payload))
        : null;

    public void WriteFounding(ReadOnlySpan<byte> encoded) => ChecksummedFile.Write(_files, FoundingPath, ChecksummedFileKind.Founding, encoded);

    /// <summary>Notes for good what is wrong with the files, so that no later start takes them for whole. The first note stays.</summary>
    public void NoteDamage(string reason)
    {
        lock (_noteGate)
        {
            // Who found it after the directory was given up may speak of files that were set aside since; those that are there now are another's.
            if (!_isGivenUp && !_files.Exists(DamagePath))
            {
                _files.WriteWhole(DamagePath, System.Text.Encoding.UTF8.GetBytes(reason + "\n"));
            }
        }
    }

    /// <exception cref="StorageDamagedException">An earlier process noted that the files are damaged.</exception>
    public void ThrowIfDamaged()
    {
        if (_files.Exists(DamagePath))
        {
            throw new StorageDamagedException(
                $"Damage was found in '{Path}' before: {System.Text.Encoding.UTF8.GetString(_files.ReadAll(DamagePath, MaxNoteBytes)).TrimEnd()}");
        }
    }

    /// <summary>
    /// Moves the files of the node to a directory of their own, and returns its path. The note is written before any file is moved that is moved in any case, and
    /// moved last: a crash meanwhile is noticed by it, and the rest is moved to the same place.
    /// </summary>
    /// <param name="reason">What is wrong with the files, in one line.</param>
    /// <param name="keepsFounding">Leaves the founding record, if it is whole, for which cluster this is.</param>
    public string SetAside(string reason, bool keepsFounding = true)
    {
        var aside = AsidePath(AsideNumbers().DefaultIfEmpty().Max() + 1);
        var asideLog = System.IO.Path.Combine(aside, "wal");
        _files.CreateDirectory(aside);
        _files.CreateDirectory(asideLog);
        if (!keepsFounding && _files.Exists(FoundingPath))
        {
            // Before the note: where a crash comes in between, the next start moves the rest, and would keep it. Without it no start takes the rest for whole.
            _files.Rename(FoundingPath, System.IO.Path.Combine(aside, "founding"));
            _files.SyncDirectory(aside);
            _files.SyncDirectory(Path);
        }

        NoteDamage(reason);
        foreach (var name in _files.ListFiles(LogDirectory))
        {
            _files.Rename(System.IO.Path.Combine(LogDirectory, name), System.IO.Path.Combine(asideLog, name));
        }

        foreach (var name in _files.ListFiles(Path).Where(name => IsMoved(name, keepsFounding)))
        {
            _files.Rename(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(aside, name));
        }

        _files.SyncDirectory(asideLog);
        _files.SyncDirectory(aside);
        _files.SyncDirectory(LogDirectory);
        _files.SyncDirectory(Path);
        _files.Rename(DamagePath, System.IO.Path.Combine(aside, DamageNote));
        _files.SyncDirectory(aside);
        _files.SyncDirectory(Path);
        return aside;
    }

    public void Dispose()
    {
        lock (_noteGate)
        {
            _isGivenUp = true;
        }

        _lock.Dispose();
    }

    private string AsidePath(int number) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{AsidePrefix}{number}"));

    /// <summary>The numbers of the directories with files that were set aside; an operator may have deleted some. One without a note is not complete yet.</summary>
    private IEnumerable<int> AsideNumbers() => _files.ListDirectories(Path)
        .Where(static name => name.StartsWith(AsidePrefix, StringComparison.Ordinal))
        .Select(static name => int.TryParse(name.AsSpan(AsidePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Where(number => number > 0 && _files.Exists(System.IO.Path.Combine(AsidePath(number), DamageNote)));

    private bool IsMoved(string name, bool keepsFounding)
    {
        var path = System.IO.Path.Combine(Path, name);
        if (path != FoundingPath)
        {
            return path == IdentityPath || path.StartsWith(SqlitePath, StringComparison.Ordinal);
        }

        if (!keepsFounding)
        {
            return true;
        }

        try
        {
            ReadFounding();
            return false;
        }
        catch (StorageDamagedException)
        {
            return true;
        }
    }
}
