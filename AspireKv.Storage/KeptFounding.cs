using AspireKv.Cluster.Membership;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage;

/// <summary>The founding record that this node keeps for good; from then on its segments name the cluster.</summary>
internal sealed class KeptFounding(DataDirectory directory, SegmentFactory segmentFactory, FoundingRecord? found)
{
    /// <summary>Held while a record is written.</summary>
    private readonly Lock _gate = new();
    private volatile FoundingRecord? _record = found;

    /// <summary>The record, or null before there is one.</summary>
    public FoundingRecord? Record => _record;

    /// <summary>
    /// True when the founding record was among files that were set aside as damaged: that this node has none says nothing.
    /// </summary>
    public bool IsForgotten => _record is null && directory.Damaged.TimesSetAside > 0;

    /// <inheritdoc cref="StorageEngine.WriteFounding"/>
    public void Write(FoundingRecord record)
    {
        var encoded = SmallFileCodec.Encode(record);
        lock (_gate)
        {
            if (_record is { } kept)
            {
                if (!SmallFileCodec.Encode(kept).AsSpan().SequenceEqual(encoded))
                {
                    throw new InvalidOperationException(
                        $"This node belongs to cluster {kept.ClusterId} already and cannot take another founding record, "
                            + $"of cluster {record.ClusterId}.");
                }

                return;
            }

            directory.WriteFounding(encoded);
            segmentFactory.ClusterId = record.ClusterId;
            _record = record;
        }
    }
}
