using AspireKv.Cluster.Coordination.Tasks;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Tasks that wait out the <see cref="PreparePause"/> of this node, or that came while the ballot is being given up.
/// </summary>
internal sealed class Parking
{
    private readonly List<PendingTask> _parked = [];

    public bool IsEmpty => _parked.Count == 0;

    public void Add(IEnumerable<PendingTask> tasks) => _parked.AddRange(tasks);

    public void Add(PendingTask task) => _parked.Add(task);

    public bool Remove(PendingTask task) => _parked.Remove(task);

    /// <summary>Lets all of them go.</summary>
    public PendingTask[] TakeAll()
    {
        PendingTask[] parked = [.. _parked];
        _parked.Clear();
        return parked;
    }
}
