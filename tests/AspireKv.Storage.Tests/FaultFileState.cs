namespace AspireKv.Storage.Tests;

/// <summary>What is sure to be on the disk of one file, and the writes that may be. Guarded by its file system.</summary>
/// <param name="durable">What the disk holds at first.</param>
internal sealed class FaultFileState(byte[] durable)
{
    private readonly List<UnsyncedWrite> _unsynced = [];
    private byte[] _durable = durable;
    private long _length = durable.Length;

    public void Write(long offset, ReadOnlySpan<byte> bytes, bool isClean = false)
    {
        _unsynced.Add(new UnsyncedWrite(offset, bytes.ToArray(), isClean));
        _length = Math.Max(_length, offset + bytes.Length);
    }

    public void SetLength(long length) => _length = length;

    public void Grow(long length) => _length = Math.Max(_length, length);

    /// <summary>A sync failed: what it was to cover is clean for the kernel now, although the disk need not have it.</summary>
    public void LoseUnsynced()
    {
        for (var i = 0; i < _unsynced.Count; i++)
        {
            _unsynced[i] = _unsynced[i] with { IsClean = true };
        }
    }

    public void Sync()
    {
        var result = new byte[_length];
        _durable.AsSpan(0, (int)Math.Min(result.Length, _durable.Length)).CopyTo(result);
        var isCovered = new bool[result.Length];
        var clean = new List<UnsyncedWrite>();
        for (var i = _unsynced.Count - 1; i >= 0; i--)
        {
            // From the last one on: an earlier write counts only where none came after it.
            var (offset, bytes, isClean) = _unsynced[i];
            if (isClean)
            {
                clean.AddRange(Uncovered(offset, bytes, isCovered));
                continue;
            }

            for (var at = 0; at < bytes.Length && offset + at < result.Length; at++)
            {
                if (!isCovered[offset + at])
                {
                    result[offset + at] = bytes[at];
                    isCovered[offset + at] = true;
                }
            }
        }

        clean.Reverse();
        _unsynced.Clear();
        _unsynced.AddRange(clean);
        _durable = result;
    }

    public byte[] AfterPowerCut(Func<double> keep)
    {
        var result = new byte[keep() < 0.5 ? _durable.Length : _length];
        _durable.AsSpan(0, (int)Math.Min(result.Length, _durable.Length)).CopyTo(result);
        foreach (var (offset, bytes, _) in _unsynced)
        {
            // The disk writes sectors, in an order of its own.
            const int Sector = 512;
            var share = keep();
            for (var start = 0; start < bytes.Length;)
            {
                var end = Math.Min(bytes.Length, (int)(start + Sector - ((offset + start) % Sector)));
                if (share >= 1 || (share > 0 && keep() < share))
                {
                    var fits = (int)Math.Clamp(result.Length - (offset + start), 0, end - start);
                    bytes.AsSpan(start, fits).CopyTo(result.AsSpan((int)Math.Min(offset + start, result.Length)));
                }

                start = end;
            }
        }

        return result;
    }

    /// <summary>The parts of a write that no later one covers.</summary>
    private static IEnumerable<UnsyncedWrite> Uncovered(long offset, byte[] bytes, bool[] isCovered)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var end = start;
            while (end < bytes.Length && (offset + end >= isCovered.Length || !isCovered[offset + end]))
            {
                end++;
            }

            if (end > start)
            {
                yield return new UnsyncedWrite(offset + start, bytes[start..end], IsClean: true);
            }

            start = end + 1;
        }
    }

    /// <param name="Offset">Where in the file.</param>
    /// <param name="Bytes">What was written.</param>
    /// <param name="IsClean">True where no later sync covers it: the kernel does not know it, or takes it for synced.</param>
    private sealed record UnsyncedWrite(long Offset, byte[] Bytes, bool IsClean);
}
