using AspireKv.Cluster.Status;

namespace AspireKv.StorageNode.Identity;

/// <summary>How the disk of this node is, as seen last. May be read from any thread.</summary>
internal sealed class OwnDisk
{
    private volatile Condition _condition = new(default);

    public DiskCondition Disk
    {
        get => _condition.Disk;
        set => _condition = new Condition(value);
    }

    private sealed record Condition(DiskCondition Disk);
}
