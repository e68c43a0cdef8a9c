using AspireKv.Cluster.Topology;
using AspireKv.Encoding.Values;
using AspireKv.Storage.Directories;

namespace AspireKv.Storage;

/// <summary>The newest topology that this node believes: durable before anybody acts on it.</summary>
internal sealed class KeptTopology(DataDirectory directory, ClusterTopology? stored)
{
    /// <summary>Held while a topology is written.</summary>
    private readonly Lock _gate = new();
    private volatile ClusterTopology? _stored = stored;

    /// <summary>What is stored, or null before any.</summary>
    public ClusterTopology? Stored => _stored;

    /// <inheritdoc cref="StorageEngine.WriteTopology"/>
    public bool Write(ClusterTopology topology)
    {
        lock (_gate)
        {
            if (topology.Version <= (_stored?.Version ?? 0))
            {
                return false;
            }

            directory.WriteTopology(TopologyCodec.ToBytes(topology));
            _stored = topology;
            return true;
        }
    }
}
