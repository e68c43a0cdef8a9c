using AspireKv.Cluster.Coordination.Tasks;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// Tasks that wait out the pause before another Prepare, which is random, so that two nodes do not outbid each other for ever; and tasks
/// that came while this node stands down.
/// </summary>
internal sealed class Parking(TimeSpan maxPause, Random random)
{
    private readonly List<PendingTask> _parked = [];
    private TimeSpan _until;

    public bool IsEmpty => _parked.Count == 0;

    /// <summary>Takes the tasks in; a new pause begins for all.</summary>
    public void Add(List<PendingTask> tasks, TimeSpan now)
    {
        _parked.AddRange(tasks);
        _until = now + random.NextDouble() * maxPause;
    }

    /// <summary>Takes the task in; it waits for no pause of its own.</summary>
    public void Add(PendingTask task) => _parked.Add(task);

    public bool Remove(PendingTask task) => _parked.Remove(task);

    public bool IsOver(TimeSpan now) => _parked.Count > 0 && now >= _until;

    /// <summary>Lets all of them go.</summary>
    public PendingTask[] TakeAll()
    {
        PendingTask[] parked = [.. _parked];
        _parked.Clear();
        return parked;
    }
}
