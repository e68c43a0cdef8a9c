using System.Security.Cryptography;
using AspireKv.Cluster.Lives;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;

namespace AspireKv.Storage;

/// <summary>
/// What a node keeps of lives: the starts of its own processes over these files, by which the others tell them from older ones, and what it
/// saw of the others.
/// </summary>
/// <remarks>
/// The start of this process is durable before anybody hears of it. A copy of the directory goes on from the same start with another word,
/// and is known by that.
/// </remarks>
public sealed class KeptLives : IDisposable
{
    internal const int StartsKeptOnceKnown = 32;

    private readonly Lock _gate = new();
    private readonly DataDirectory _directory;
    private readonly NodeIdentity _identity;
    private readonly SlotFile _startsFile;
    private readonly SlotFile _knownFile;
    private bool _isClosed;

    private KeptLives(IFileSystem files, DataDirectory directory, NodeIdentity identity)
    {
        (_directory, _identity) = (directory, identity);
        _startsFile = new SlotFile(files, directory.Layout.StartsPath, ChecksummedFileKind.Starts);
        _knownFile = new SlotFile(files, directory.Layout.LivesPath, ChecksummedFileKind.Lives);
    }

    /// <summary>The starts over these files, this process's last.</summary>
    public IReadOnlyList<LifeStart> Starts { get; private set; } = [];

    /// <summary>The word of this process.</summary>
    public ulong Word => Starts[^1].Word;

    /// <summary>What is durably known of the others.</summary>
    public IReadOnlyCollection<KnownLife> Known { get; private set; } = [];

    /// <summary>
    /// Reads what is kept, and adds this start. A member that was away for more starts than are kept cannot follow the chain, and the node
    /// is rebuilt.
    /// </summary>
    /// <param name="files">The file system.</param>
    /// <param name="directory">The directory of the node.</param>
    /// <param name="identity">Whose files they are.</param>
    /// <param name="position">The last position of the write-ahead log.</param>
    internal static KeptLives Begin(IFileSystem files, DataDirectory directory, NodeIdentity identity, long position)
    {
        var lives = new KeptLives(files, directory, identity);
        lives.Known = lives._knownFile.Read(static payload => SmallFileCodec.DecodeLives(payload)) ?? [];
        var kept = lives._startsFile.Read(static payload => SmallFileCodec.DecodeStarts(payload));
        var earlier = kept?.Incarnation == identity.Incarnation ? kept.Starts : [];
        var word = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var number = earlier.Count == 0 ? 1 : earlier[^1].Number + 1;
        lives.WriteStarts([.. earlier.TakeLast(ValueLimits.MaxStarts - 1), new LifeStart(number, word, position)]);
        return lives;
    }

    /// <summary>Keeps what is known of the others; durable when it returns.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Keep(IReadOnlyCollection<KnownLife> known)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _knownFile.Write(SmallFileCodec.Encode(known));
                Known = known;
            }
        }
    }

    /// <summary>
    /// Every other node knows of this start: the earlier ones tell nobody anything, but for a word on its way that is some starts old.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void DropEarlierStarts()
    {
        lock (_gate)
        {
            if (!_isClosed && Starts.Count > StartsKeptOnceKnown)
            {
                WriteStarts([.. Starts.TakeLast(StartsKeptOnceKnown)]);
            }
        }
    }

    /// <summary>The files are to be set aside at the next start, because the others know that they are old.</summary>
    public void Forsake(string reason)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _directory.Damaged.NoteDamage(reason);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    private void WriteStarts(IReadOnlyList<LifeStart> starts)
    {
        _startsFile.Write(SmallFileCodec.Encode(_identity.Incarnation, starts));
        Starts = starts;
    }
}
