namespace AspireKv.LocalHost;

/// <summary>
/// The latest snapshot of every resource. Readers that fall behind see the newest state of what changed rather than each step, so no
/// reader can make the board grow. Thread-safe.
/// </summary>
internal sealed class ResourceBoard
{
    private readonly Lock _gate = new();

    /// <summary>Snapshot and the version of the board at which it was posted, by display name. Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<string, (ResourceSnapshot Snapshot, long Version)> _resources = [];

    private readonly Pulse _changed = new();
    private long _version;

    public void Post(ResourceSnapshot snapshot)
    {
        lock (_gate)
        {
            _resources[snapshot.DisplayName] = (snapshot, ++_version);
        }

        _changed.Beat();
    }

    /// <summary>What was posted after <paramref name="version"/> (0: everything), and the version to ask with next time.</summary>
    public (IReadOnlyList<ResourceSnapshot> Snapshots, long Version) Since(long version)
    {
        lock (_gate)
        {
            return ([.. _resources.Values.Where(entry => entry.Version > version).OrderBy(static entry => entry.Version).Select(static entry => entry.Snapshot)], _version);
        }
    }

    /// <summary>Waits until something was posted after <paramref name="version"/>.</summary>
    public async Task WaitForChangeAsync(long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _changed.Next;
            lock (_gate)
            {
                if (_version > version)
                {
                    return;
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the resource's snapshot is as wanted.</summary>
    public async Task WaitUntilAsync(string name, Func<ResourceSnapshot, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _changed.Next;
            if (Find(name) is { } snapshot && condition(snapshot))
            {
                return;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public ResourceSnapshot? Find(string name)
    {
        lock (_gate)
        {
            return _resources.TryGetValue(name, out var entry) ? entry.Snapshot : null;
        }
    }
}
