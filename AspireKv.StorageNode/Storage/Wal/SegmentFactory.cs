using AspireKv.StorageNode.Storage.Files;

namespace AspireKv.StorageNode.Storage.Wal;

/// <summary>
/// Makes segments, and keeps some ahead with all their room, so that the log goes on for a while where the disk is full. A segment appears under its name
/// only when its header is on stable storage, so a named segment without one is damaged. The log's thread creates; another one retires and fills up.
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

    private int _lastSpare;

    /// <param name="files">The file system.</param>
    /// <param name="directory">Where the segments are.</param>
    /// <param name="identity">Whose they are.</param>
    /// <param name="segmentBytes">How large each is made.</param>
    /// <param name="reserved">How many to keep ahead. One dropped segment is kept in any case: overwriting is faster than growing.</param>
    public SegmentFactory(IFileSystem files, string directory, NodeIdentity identity, int segmentBytes, int reserved)
    {
        (_files, _directory, _identity, _segmentBytes, _reserved) = (files, directory, identity, segmentBytes, reserved);
        _spares = new Queue<int>(files.ListFiles(directory).Select(SegmentNames.SpareNumber).OfType<int>().Order());
        _lastSpare = _spares.LastOrDefault();
    }

    /// <summary>The cluster that new segments name.</summary>
    public Guid ClusterId { get; set; }

    /// <summary>Segments that the log can take without asking the disk for room.</summary>
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

    public Segment Create(long firstPosition)
    {
        var path = Path.Combine(_directory, SegmentNames.NameOf(firstPosition));
        var temporary = path + SegmentNames.TemporaryExtension;
        try
        {
            using var file = OpenRoom(temporary);
            file.Allocate(_segmentBytes);
            file.Write(new SegmentHeader(_identity, ClusterId, firstPosition).Encode(), 0);
            file.Sync();
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            DeleteIfThere(temporary);
            throw;
        }

        _files.Rename(temporary, path);
        _files.SyncDirectory(_directory);
        return new Segment(path, firstPosition, _segmentBytes);
    }

    /// <summary>Gives up a segment that is no longer needed: as a spare, or for good.</summary>
    public void Retire(Segment segment)
    {
        if (segment.Bytes == _segmentBytes && SpareCount < Math.Max(1, _reserved))
        {
            var number = ++_lastSpare;
            _files.Rename(segment.Path, SparePath(number));
            Add(number);
        }
        else
        {
            _files.Delete(segment.Path);
        }

        // One sync for each: a power cut must not keep an older segment and lose a newer one.
        _files.SyncDirectory(_directory);
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

        _files.Delete(SparePath(number));
        return true;
    }

    private IStorageFile OpenRoom(string temporary)
    {
        int number;
        lock (_gate)
        {
            if (!_spares.TryDequeue(out number))
            {
                number = 0;
            }
        }

        if (number == 0)
        {
            return _files.Create(temporary);
        }

        _files.Rename(SparePath(number), temporary);
        return _files.Open(temporary);
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
