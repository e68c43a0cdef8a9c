using AspireKv.Durability;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>
/// Files that can lose what was not synced, over those of the machine. Every call that changes something is counted; from a chosen one on
/// all fail, as if the machine had lost its power then, or just that one does. <see cref="PowerCut"/> takes back what no sync covered;
/// after <see cref="Kill"/> the next process finds all that was written, and it is still not synced.
/// </summary>
/// <remarks>
/// The current contents are the real ones, so that the engine reads what it wrote; what a power cut would leave is kept beside them. Names
/// are kept by directory: those as of the last sync of it, with changes since then lost as a whole, kept as a whole, or the first ones
/// only. A sync that fails does what the kernel does then: what it was to cover counts as clean from then on, and no later sync covers it.
/// </remarks>
internal sealed class FaultFileSystem(IFileSystem inner) : IFileSystem
{
    public const int InputOutputError = 5;
    public const int NoSpace = 28;
    public const int NoMemory = 12;
    public const int NoDescriptorInTheSystem = 23;
    public const int NoDescriptor = 24;

    private readonly Lock _gate = new();

    /// <summary>What the disk is sure to hold of each file, by the identity of the file and not by its name.</summary>
    private readonly Dictionary<string, FaultFileState> _names = [];
    private readonly List<Action> _undoNames = [];
    private volatile TaskCompletionSource? _stall;
    private int _calls;
    private int _stalled;
    private int _failAt = int.MaxValue;
    private bool _failOnce;

    /// <summary>The one kind of calls that fails, or null for any.</summary>
    private string? _failKind;
    private int _errno = InputOutputError;
    private volatile bool _isFull;

    /// <summary>How many calls that change something were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public int Failures { get; private set; }

    /// <summary>How many syncs had to wait for the end of <see cref="StallSyncs"/>.</summary>
    public int Stalled => Volatile.Read(ref _stalled);

    /// <summary>Every call from the n-th on fails, and so it stays until <see cref="PowerCut"/>.</summary>
    public void LosePowerAt(int call) => (_failAt, _failOnce, _failKind) = (call, false, null);

    /// <summary>One call fails: the n-th from now that is of this kind.</summary>
    public void FailOnce(string kind, int call = 1, int errno = InputOutputError)
    {
        lock (_gate)
        {
            (_calls, _failAt, _failOnce, _failKind, _errno) = (0, call, true, kind, errno);
        }
    }

    /// <summary>Every call of this kind fails.</summary>
    public void FailEach(string kind, int errno)
    {
        lock (_gate)
        {
            (_calls, _failAt, _failOnce, _failKind, _errno) = (0, 1, false, kind, errno);
        }
    }

    /// <summary>While true, there is no room for new files and none for files to grow.</summary>
    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>True as where the file system knows no locks: whoever asks for one has it.</summary>
    public bool HasNoLocks { get; init; }

    /// <summary>Syncs wait until the result is disposed.</summary>
    public IDisposable StallSyncs()
    {
        var stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stall = stall;
        return new Release(stall);
    }

    /// <summary>
    /// The process is gone and its files are closed, but the machine runs on: what was written is there for whoever reads, and is lost by a
    /// <see cref="PowerCut"/> that comes before the next sync.
    /// </summary>
    public void Kill()
    {
        lock (_gate)
        {
            (_failAt, _calls) = (int.MaxValue, 0);
        }
    }

    /// <summary>Puts the files as a power cut leaves them. Nothing may be open.</summary>
    /// <param name="keep">For each unsynced write, in order: what to keep of it, from none (0) to all (1).</param>
    public void PowerCut(Func<double> keep)
    {
        lock (_gate)
        {
            _failAt = int.MaxValue;
            _calls = 0;
            if (keep() < 0.5)
            {
                for (var i = _undoNames.Count - 1; i >= 0; i--)
                {
                    _undoNames[i]();
                }
            }

            _undoNames.Clear();
            foreach (var (path, state) in _names)
            {
                if (File.Exists(path))
                {
                    File.WriteAllBytes(path, state.AfterPowerCut(keep));
                }
            }

            _names.Clear();
        }
    }

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> ListFiles(string directory) => inner.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => inner.ListDirectories(directory);

    public IStorageFile Create(string path)
    {
        lock (_gate)
        {
            Count("create");
            AskForRoom(isMore: true);
            var file = inner.Create(path);
            _names[path] = new FaultFileState([]);
            _undoNames.Add(() =>
            {
                File.Delete(path);
                _names.Remove(path);
            });
            return new FaultFile(this, file, _names[path]);
        }
    }

    public IStorageFile Open(string path)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(path, out var state))
            {
                state = new FaultFileState(File.ReadAllBytes(path));
                _names[path] = state;
            }

            if (_failKind == "open")
            {
                // To open changes nothing, so that no power cut is due there; but there may be no descriptor for it.
                Count("open");
            }

            return new FaultFile(this, inner.Open(path), state);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Count("rename");
            var replaced = File.Exists(to) ? (Bytes: File.ReadAllBytes(to), State: _names.GetValueOrDefault(to)) : default;
            inner.Rename(from, to);
            if (_names.Remove(from, out var state))
            {
                _names[to] = state;
            }
            else
            {
                _names.Remove(to);
            }

            _undoNames.Add(() =>
            {
                File.Move(to, from, overwrite: true);
                if (_names.Remove(to, out var moved))
                {
                    _names[from] = moved;
                }

                Restore(to, replaced.Bytes, replaced.State);
            });
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Count("delete");
            var bytes = File.ReadAllBytes(path);
            inner.Delete(path);
            _names.Remove(path, out var state);
            _undoNames.Add(() => Restore(path, bytes, state));
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Count("sync directory");
            _undoNames.Clear();
        }
    }

    public long GetAvailableBytes(string directory) => _isFull ? 0 : inner.GetAvailableBytes(directory);

    public IDisposable? TryLock(string path) => HasNoLocks
        ? ProvenLock.TryTake(path, static path => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        : inner.TryLock(path);

    private void Restore(string path, byte[]? bytes, FaultFileState? state)
    {
        if (bytes is not null)
        {
            File.WriteAllBytes(path, bytes);
            if (state is not null)
            {
                _names[path] = state;
            }
        }
    }

    private void Count(string what)
    {
        if (_failKind is not null && _failKind != what)
        {
            return;
        }

        if (++_calls < _failAt || (_failOnce && _calls > _failAt))
        {
            return;
        }

        Failures++;
        throw new IOException($"Injected: {what} failed (errno {_errno}).", _errno);
    }

    private void AskForRoom(bool isMore)
    {
        if (isMore && _isFull)
        {
            throw new IOException("Injected: no space left on the device.", NoSpace);
        }
    }

    private sealed class FaultFile(FaultFileSystem owner, IStorageFile file, FaultFileState state) : IStorageFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (owner._gate)
            {
                try
                {
                    owner.Count("write");
                    owner.AskForRoom(offset + bytes.Length > file.Length);
                }
                catch (IOException)
                {
                    // A write that fails may have got somewhere, but no later sync covers it.
                    state.Write(offset, bytes, isClean: true);
                    throw;
                }

                file.Write(bytes, offset);
                state.Write(offset, bytes);
            }
        }

        public void Allocate(long length)
        {
            lock (owner._gate)
            {
                owner.Count("allocate");
                owner.AskForRoom(length > file.Length);
                file.Allocate(length);
                state.Grow(length);
            }
        }

        public void SetLength(long length)
        {
            lock (owner._gate)
            {
                owner.Count("set length");
                file.SetLength(length);
                state.SetLength(length);
            }
        }

        public void Sync()
        {
            if (owner._stall is { } stall)
            {
                Interlocked.Increment(ref owner._stalled);
                stall.Task.GetAwaiter().GetResult();
            }

            lock (owner._gate)
            {
                try
                {
                    owner.Count("sync");
                }
                catch (IOException exception)
                {
                    if (owner._failOnce)
                    {
                        state.LoseUnsynced();
                    }

                    throw new SyncFailedException(exception.Message, exception.HResult);
                }

                state.Sync();
            }
        }

        public void Dispose() => file.Dispose();
    }

    private sealed class Release(TaskCompletionSource stall) : IDisposable
    {
        public void Dispose() => stall.SetResult();
    }
}
