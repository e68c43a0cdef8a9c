using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;

namespace AspireKv.StorageNode.Identity;

/// <summary>
/// The newest topology that this node believes: that of the founding record at first. A newer one is durable before anybody hears of it.
/// All members may be used from any thread.
/// </summary>
internal sealed class KnownTopology(StorageEngine engine)
{
    /// <summary>Held while a topology is taken, so that listeners hear of each one, in order.</summary>
    private readonly Lock _gate = new();

    private readonly List<Action<ClusterTopology>> _listeners = [];

    private readonly TaskCompletionSource<long> _removal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ClusterTopology? _current;

    /// <summary>Null before this node belongs to a cluster.</summary>
    public ClusterTopology? Current => _current;

    /// <summary>
    /// Ends, with the version that did it, once a topology is known that names this node no more. That one is not kept, nor any later one:
    /// a node that was removed goes by the last one that named it, for as long as its directory is there.
    /// </summary>
    public Task<long> Removal => _removal.Task;

    /// <summary>The topology that follows from the founding record; null before there is one.</summary>
    public ClusterTopology? First { get; private set; }

    /// <summary>0 before this node belongs to a cluster.</summary>
    public long Version => _current?.Version ?? 0;

    /// <summary>True once this node durably knows a topology of this version or a newer one; from then on for ever.</summary>
    public bool Knows(long version) => version <= Version;

    /// <summary>True when the topology names this life of the node.</summary>
    public bool IsRegistered(NodeId node, ulong incarnation) => _current?.Find(node)?.Identity.Incarnation == incarnation;

    /// <summary>Has the listener hear of the present topology, if there is one, and of each newer one.</summary>
    public void Listen(Action<ClusterTopology> listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
            if (_current is { } current)
            {
                listener(current);
            }
        }
    }

    /// <summary>The founding record is durable here: what it says is the first topology, unless a newer one is stored.</summary>
    public void Begin(FoundingRecord founding)
    {
        lock (_gate)
        {
            if (_current is null)
            {
                First = FoundingTopology.Of(founding);
                Publish(engine.Topology ?? First);
            }
        }
    }

    /// <summary>Takes a topology that a quorum holds, unless it is known or older. Waits for the disk.</summary>
    /// <returns>Whether it was news.</returns>
    /// <exception cref="IOException">The disk failed; nothing changed.</exception>
    /// <exception cref="InvalidOperationException">The topology contradicts itself; whoever made it has a fault.</exception>
    public bool Believe(ClusterTopology topology)
    {
        lock (_gate)
        {
            if (_current is not { } current || topology.ClusterId != current.ClusterId || topology.Version <= current.Version)
            {
                return false;
            }

            if (TopologyInvariants.FindFaults(topology).FirstOrDefault() is { } fault)
            {
                throw new InvalidOperationException($"Version {topology.Version} of the topology is not believed: {fault}");
            }

            if (IsRegistered(engine.Identity.Node, engine.Identity.Incarnation) && topology.Find(engine.Identity.Node) is null)
            {
                _removal.TrySetResult(topology.Version);
                return false;
            }

            engine.WriteTopology(topology);
            Publish(topology);
            return true;
        }
    }

    private void Publish(ClusterTopology topology)
    {
        _current = topology;
        foreach (var listener in _listeners)
        {
            listener(topology);
        }
    }
}
