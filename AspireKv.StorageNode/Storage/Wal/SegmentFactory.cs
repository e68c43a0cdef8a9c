using AspireKv.StorageNode.Storage.Files;

namespace AspireKv.StorageNode.Storage.Wal;

/// <summary>Makes segments. One appears under its name only when its header is on stable storage, so a named segment without one is damaged.</summary>
internal sealed class SegmentFactory(IFileSystem files, string directory, NodeIdentity identity, int segmentBytes)
{
    /// <summary>The cluster that new segments name.</summary>
    public Guid ClusterId { get; set; }

    public Segment Create(long firstPosition)
    {
        var path = Path.Combine(directory, SegmentNames.NameOf(firstPosition));
        var temporary = path + SegmentNames.TemporaryExtension;
        using (var file = OpenRoom(temporary))
        {
            file.Allocate(segmentBytes);
            file.Write(new SegmentHeader(identity, ClusterId, firstPosition).Encode(), 0);
            file.Sync();
        }

        files.Rename(temporary, path);
        files.SyncDirectory(directory);
        return new Segment(path, firstPosition, segmentBytes);
    }

    /// <summary>Gives up a segment that is no longer needed: as the spare, or for good.</summary>
    public void Retire(Segment segment)
    {
        var spare = Path.Combine(directory, SegmentNames.Spare);
        if (segment.Bytes == segmentBytes && !files.Exists(spare))
        {
            files.Rename(segment.Path, spare);
        }
        else
        {
            files.Delete(segment.Path);
        }

        // One sync for each: a power cut must not keep an older segment and lose a newer one.
        files.SyncDirectory(directory);
    }

    private IStorageFile OpenRoom(string temporary)
    {
        var spare = Path.Combine(directory, SegmentNames.Spare);
        if (!files.Exists(spare))
        {
            return files.Create(temporary);
        }

        files.Rename(spare, temporary);
        return files.Open(temporary);
    }
}
