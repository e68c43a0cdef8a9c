using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Wal;

/// <summary>
/// Makes segments, and keeps some ahead with all their room, so that the write-ahead log goes on for a while where the disk is full. A
/// segment appears under its name only when its header is on stable storage, so a named segment without one is damaged. The writer's thread
/// creates segments; another one retires them and fills the reserve up.
/// </summary>
internal sealed class SegmentFactory
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly NodeIdentity _identity;
    private readonly int _segmentBytes;
    private readonly int _reserved;
    private readonly Lock _gate = new();

    /// <summary>The numbers of the spares that are there. Guarded by <see cref="_gate"/>, which is never held over I/O.</summary>
    private readonly Queue<int> _spares;

    /// <summary>16 bytes, which no thread may see half of. Guarded by <see cref="_gate"/>.</summary>
    private Guid _clusterId;

    private int _lastSpare;
    private volatile bool _isReserveInUse;

    /// <param name="files">The file system.</param>
    /// <param name="directory">Where the segments are.</param>
    /// <param name="identity">Whose they are.</param>
    /// <param name="segmentBytes">How large each is made.</param>
    /// <param name="reserved">
    /// How many to keep ahead. One dropped segment more is kept to be used again: overwriting is faster than growing.
    /// </param>
    public SegmentFactory(IFileSystem files, string directory, NodeIdentity identity, int segmentBytes, int reserved)
    {
        (_files, _directory, _identity, _segmentBytes, _reserved) = (files, directory, identity, segmentBytes, reserved);
        _spares = new Queue<int>(files.ListFiles(directory).Select(SegmentNames.SpareNumber).OfType<int>().Order());
        _lastSpare = _spares.LastOrDefault();
        DropSparesOfAnotherSize();
    }

    /// <summary>The cluster that new segments name: set by the thread that founds, read by the writer's.</summary>
    public Guid ClusterId
    {
        get
        {
            lock (_gate)
            {
                return _clusterId;
            }
        }

        set
        {
            lock (_gate)
            {
                _clusterId = value;
            }
        }
    }

    /// <summary>
    /// True from when the disk had no room for a segment and one of the reserve was taken, until the reserve is filled up again.
    /// </summary>
    public bool IsReserveInUse => _isReserveInUse;

    /// <summary>Segments that the write-ahead log can take without asking the disk for room.</summary>
    public int SpareCount
    {
        get
        {
            lock (_gate)
            {
                return _spares.Count;
            }
        }
    }

    /// <summary>Makes the segment; null when there is no room for it.</summary>
    public Segment? Create(long firstPosition, out long salt)
    {
        var path = Path.Combine(_directory, SegmentNames.NameOf(firstPosition));
        var temporary = path + SegmentNames.TemporaryExtension;
        salt = SegmentHeader.NewSalt();
        var header = new SegmentHeader(_identity, ClusterId, firstPosition, salt);
        var isMade = TakeSpare(more: _reserved) is { } surplus && TryPrepare(temporary, surplus, header);
        if (!isMade && !TryPrepare(temporary, spare: null, header))
        {
            // A spare has its room; where it does not (a file system that writes elsewhere, an allocation that a power cut took back) the
            // next one may.
            do
            {
                if (TakeSpare(more: 0) is not { } reserve)
                {
                    return null;
                }

                _isReserveInUse = true;
                isMade = TryPrepare(temporary, reserve, header);
            }
            while (!isMade);
        }

        _files.Rename(temporary, path);
        _files.SyncDirectory(_directory);
        return new Segment(path, firstPosition, _segmentBytes);
    }

    /// <summary>Gives up a segment that is no longer needed: as a spare, or for good.</summary>
    public void Retire(Segment segment)
    {
        var isKept = segment.Bytes == _segmentBytes && SpareCount <= _reserved;
        var number = isKept ? ++_lastSpare : 0;
        if (isKept)
        {
            _files.Rename(segment.Path, SparePath(number));
        }
        else
        {
            _files.Delete(segment.Path);
        }

        // One sync for each: a power cut must not keep an older segment and lose a newer one.
        _files.SyncDirectory(_directory);
        if (isKept)
        {
            // Not before: a power cut must not find another segment's header under the old name.
            Add(number);
        }
    }

    /// <summary>Makes spares until there are as many as are to be kept; false when there was no room.</summary>
    public bool FillReserve()
    {
        while (SpareCount < _reserved)
        {
            var number = ++_lastSpare;
            var temporary = SparePath(number) + SegmentNames.TemporaryExtension;
            try
            {
                using var file = _files.Create(temporary);
                file.Allocate(_segmentBytes);
            }
            catch (IOException exception) when (DiskFull.Is(exception))
            {
                DeleteIfThere(temporary);
                return false;
            }

            _files.Rename(temporary, SparePath(number));
            Add(number);
        }

        _isReserveInUse = false;
        return true;
    }

    /// <summary>Gives the room of one spare back to the disk; false when no more than <paramref name="keep"/> are left.</summary>
    public bool ReleaseSpare(int keep)
    {
        int number;
        lock (_gate)
        {
            if (_spares.Count <= keep)
            {
                return false;
            }

            number = _spares.Dequeue();
        }

        try
        {
            _files.Delete(SparePath(number));
        }
        catch
        {
            Add(number);
            throw;
        }

        return true;
    }

    /// <summary>
    /// Makes a file with all the room of a segment and its header, of a spare if there is one; false when there was no room for that.
    /// </summary>
    private bool TryPrepare(string temporary, string? spare, SegmentHeader header)
    {
        try
        {
            if (spare is not null)
            {
                _files.Rename(spare, temporary);
            }

            using var file = spare is null ? _files.Create(temporary) : _files.Open(temporary);
            file.Allocate(_segmentBytes);
            file.Write(header.Encode(), 0);
            file.Sync();
            return true;
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            DeleteIfThere(temporary);
            return false;
        }
    }

    /// <summary>Spares that were made under another configuration: a smaller one has not the room that it is kept for.</summary>
    private void DropSparesOfAnotherSize()
    {
        for (var i = _spares.Count; i > 0; i--)
        {
            var number = _spares.Dequeue();
            if (LengthOf(SparePath(number)) == _segmentBytes)
            {
                _spares.Enqueue(number);
            }
            else
            {
                _files.Delete(SparePath(number));
            }
        }
    }

    private long LengthOf(string path)
    {
        using var file = _files.Open(path);
        return file.Length;
    }

    /// <summary>The path of a spare that is the writer's from now on; null unless there are more than so many.</summary>
    private string? TakeSpare(int more)
    {
        lock (_gate)
        {
            return _spares.Count > more ? SparePath(_spares.Dequeue()) : null;
        }
    }

    private void DeleteIfThere(string path)
    {
        if (_files.Exists(path))
        {
            _files.Delete(path);
        }
    }

    private string SparePath(int number) => Path.Combine(_directory, SegmentNames.SpareNameOf(number));

    private void Add(int number)
    {
        lock (_gate)
        {
            _spares.Enqueue(number);
        }
    }
}
