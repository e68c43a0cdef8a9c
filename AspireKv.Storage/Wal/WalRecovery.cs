using AspireKv.Cluster.Replicas;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Wal;

/// <summary>
/// Reads the write-ahead log after a start, tells a torn tail from damage, and leaves a write-ahead log that is on stable storage up to its
/// end.
/// </summary>
/// <remarks>
/// Groups are written one after the other, and each frame carries how far the write-ahead log was synced when its group was written. So a
/// place without the expected frame is damage when a frame behind it, or another file, vouches for it: its position was synced once.
/// Otherwise it belongs to the last group, whose sync never returned and of which nothing was acknowledged, and a power cut may leave any
/// part of it. What recovery cannot see is bit rot in the one group after the last mark; an idle write-ahead log marks itself, so that this
/// group is of the last fraction of a second before a crash.
/// </remarks>
internal sealed class WalRecovery(IFileSystem files, string directory, NodeIdentity identity, Func<Guid?> clusterId, int segmentBytes)
{
    /// <summary>A segment outgrows its size by at most one group, which is bounded by the buffer and one record.</summary>
    private const long MaxSegmentBytes = 2L * 1024 * 1024 * 1024 - 1024;

    /// <param name="appliedPosition">Everything up to it is in SQLite.</param>
    /// <param name="replay">Takes each record above <paramref name="appliedPosition"/>, in order.</param>
    /// <exception cref="StorageDamagedException">Something that was synced is not there, or not what it was.</exception>
    /// <exception cref="FormatVersionException">A segment is of another version.</exception>
    public RecoveredWal Run(long appliedPosition, Action<ReplicaRecord> replay)
    {
        var segments = List();
        if (segments.Count == 0)
        {
            throw new StorageDamagedException($"The write-ahead log in '{directory}' has no segment; its files were removed.");
        }

        if (segments[0].FirstPosition > appliedPosition + 1)
        {
            throw new StorageDamagedException(
                $"The write-ahead log in '{directory}' begins at position {segments[0].FirstPosition}, "
                    + $"but SQLite holds everything only up to {appliedPosition}: records between are missing.");
        }

        for (var i = 0; i < segments.Count - 1; i++)
        {
            var nextFirstPosition = segments[i + 1].FirstPosition;
            if (ReadClosed(segments[i], nextFirstPosition, appliedPosition, replay) is { IsSealed: false } scan)
            {
                segments[i] = Seal(segments[i], scan, nextFirstPosition);
            }
        }

        return ReadLast(segments, appliedPosition, replay);
    }

    /// <summary>Reads a segment that is no longer written once more.</summary>
    /// <exception cref="StorageDamagedException">What the file holds is not what was synced.</exception>
    public void Check(Segment segment, long nextFirstPosition) =>
        ReadClosed(segment, nextFirstPosition, appliedPosition: long.MaxValue, static _ => { });

    /// <summary>The segments in order; what was being made when the process ended is removed.</summary>
    private List<Segment> List()
    {
        var segments = new List<Segment>();
        foreach (var name in files.ListFiles(directory))
        {
            var path = Path.Combine(directory, name);
            if (name.EndsWith(SegmentNames.TemporaryExtension, StringComparison.Ordinal))
            {
                files.Delete(path);
            }
            else if (SegmentNames.FirstPosition(name) is { } position)
            {
                using var file = files.Open(path);
                segments.Add(new Segment(path, position, file.Length));
            }
        }

        return segments;
    }

    private SegmentScan ReadClosed(Segment segment, long nextFirstPosition, long appliedPosition, Action<ReplicaRecord> replay)
    {
        var scan = Scan(segment, Read(segment, out var header), header, appliedPosition, replay);
        if (scan.NextPosition != nextFirstPosition)
        {
            throw new StorageDamagedException(
                $"Segment '{segment.Path}' is damaged at byte {scan.EndOffset}: the record at position {scan.NextPosition} "
                    + "is not what was synced, or the segment that holds it is missing.");
        }

        return scan;
    }

    /// <summary>
    /// The process ended after the next segment had its name and before this one was sealed. Without a seal nobody would miss the next
    /// segment where all behind this one vanished. Where even a seal finds no room, a later start seals it.
    /// </summary>
    private Segment Seal(Segment segment, SegmentScan scan, long nextFirstPosition)
    {
        using var file = files.Open(segment.Path);
        try
        {
            file.Write(Frame.Seal(nextFirstPosition, synced: nextFirstPosition - 1, scan.Salt), scan.EndOffset);
            file.Sync();
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
        }

        return segment with { Bytes = file.Length };
    }

    private RecoveredWal ReadLast(List<Segment> segments, long appliedPosition, Action<ReplicaRecord> replay)
    {
        var segment = segments[^1];
        var bytes = Read(segment, out var header);
        var scan = Scan(segment, bytes, header, appliedPosition, replay);
        if (scan.IsSealed)
        {
            throw new StorageDamagedException(
                $"The write-ahead log in '{directory}' lacks the segment that begins at position {scan.NextPosition}; "
                    + $"'{segment.Path}' is not its last.");
        }

        if (appliedPosition >= scan.NextPosition)
        {
            throw new StorageDamagedException(
                $"Segment '{segment.Path}' ends before position {scan.NextPosition}, "
                    + $"but SQLite holds records up to {appliedPosition}, which were synced in the write-ahead log before.");
        }

        var (highestMark, torn) = scan.LookBehindEnd();
        if (highestMark >= scan.NextPosition)
        {
            throw new StorageDamagedException(
                $"Segment '{segment.Path}' is damaged at byte {scan.EndOffset}: "
                    + $"a later record shows that position {scan.NextPosition} was synced.");
        }

        MakeDurable(segment, bytes, scan);
        return new RecoveredWal
        {
            Segments = segments,
            EndOffset = scan.EndOffset,
            Salt = header.Salt,
            LastPosition = scan.NextPosition - 1,
            IsMarked = scan.EndsWithMark || scan.NextPosition == 1,
            TornBytes = torn,
        };
    }

    /// <summary>
    /// Wipes what is behind the end, and syncs what was read: after a kill the last writes may be in memory only. The last group is written
    /// again first, since a kernel whose sync failed holds its pages for clean and would not write them by itself.
    /// </summary>
    private void MakeDurable(Segment segment, byte[] bytes, SegmentScan scan)
    {
        using var file = files.Open(segment.Path);
        var end = scan.EndOffset + scan.CountBytesBehindEnd();
        bytes.AsSpan(scan.EndOffset, end - scan.EndOffset).Clear();
        file.Write(bytes.AsSpan(scan.LastGroupOffset, end - scan.LastGroupOffset), scan.LastGroupOffset);
        file.Allocate(segmentBytes);
        file.Sync();
        files.SyncDirectory(directory);
    }

    private static SegmentScan Scan(Segment segment, byte[] bytes, SegmentHeader header, long appliedPosition, Action<ReplicaRecord> replay)
    {
        var scan = new SegmentScan(bytes, segment.FirstPosition, header.Salt);
        try
        {
            scan.Run(appliedPosition, replay);
        }
        catch (MalformedBytesException exception)
        {
            // The other replicas hold the same: a record for another program must not cost them all their files.
            throw new InvalidDataException(
                $"Segment '{segment.Path}' holds at position {scan.NextPosition}, whole, what this program cannot read: "
                    + $"{exception.Message}.",
                exception);
        }

        return scan;
    }

    private byte[] Read(Segment segment, out SegmentHeader header)
    {
        try
        {
            var bytes = files.ReadAll(segment.Path, MaxSegmentBytes);
            header = SegmentHeader.Decode(bytes);
            Check(header, segment);
            return bytes;
        }
        catch (InvalidDataException exception)
        {
            throw new StorageDamagedException($"Segment '{segment.Path}' cannot be used: {exception.Message}.", exception);
        }
        catch (FormatVersionException exception)
        {
            throw new FormatVersionException($"Segment '{segment.Path}' cannot be used: {exception.Message}.", exception);
        }
    }

    private void Check(SegmentHeader header, Segment segment)
    {
        if (header.FirstPosition != segment.FirstPosition)
        {
            throw new InvalidDataException($"its name does not fit its first position, {header.FirstPosition}");
        }

        if (header.Identity != identity)
        {
            throw new InvalidDataException(
                $"it belongs to node {header.Identity.Node}, incarnation {header.Identity.Incarnation:x16}, "
                    + $"and this directory to node {identity.Node}, incarnation {identity.Incarnation:x16}");
        }

        if (header.ClusterId != Guid.Empty && header.ClusterId != clusterId())
        {
            throw new InvalidDataException(
                $"it belongs to cluster {header.ClusterId}, and this directory to {(clusterId() is { } own ? own : "none")}");
        }
    }
}
