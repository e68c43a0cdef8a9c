using AspireKv.Cluster.Coordination.Sweeps;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// The rate at which this node sends entries to replicas that lack them, for all partitions together. An entry goes out whole, and the next
/// one waits until the rate has made up for it. Thread-safe.
/// </summary>
internal sealed class RepairBudget(TimeProvider time, IOptions<RepairOptions> options) : IRepairBudget
{
    private readonly Lock _gate = new();

    /// <summary>When the rate has made up for all that was sent, on the clock of <see cref="TimeProvider.GetElapsedTime(long)"/>.</summary>
    private TimeSpan _madeUpAt;

    private TimeSpan Now => time.GetElapsedTime(0);

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return Now >= _madeUpAt;
            }
        }
    }

    public void Spend(long bytes)
    {
        lock (_gate)
        {
            var from = Now > _madeUpAt ? Now : _madeUpAt;
            _madeUpAt = from + TimeSpan.FromSeconds((double)bytes / options.Value.BytesPerSecond);
        }
    }
}
