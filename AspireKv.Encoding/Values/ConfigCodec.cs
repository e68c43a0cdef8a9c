using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// config  flags, epoch, replicas, next replicas, for each node of both (each once, in that order) the epoch it joined at
/// </code>
/// No flag is known to this version; flag 1 is kept for the lives to which the partition was given, one for each node behind the epochs.
/// </summary>
public static class ConfigCodec
{
    public static void WriteConfig(this ByteWriter writer, PartitionConfig config)
    {
        writer.WriteFlags(0);
        writer.WriteNumber(config.Epoch);
        writer.WriteNodes(config.Replicas);
        writer.WriteNodes(config.NextReplicas);
        for (var i = 0; i < config.Voters.Count; i++)
        {
            writer.WriteNumber(config.Since(config.Voters[i])!.Value);
        }
    }

    public static PartitionConfig ReadConfig(this ref ByteReader reader)
    {
        reader.ReadFlags(known: 0);
        var epoch = reader.ReadNumber("an epoch");
        var replicas = reader.ReadNodes();
        var nextReplicas = reader.ReadNodes();
        var since = new Dictionary<NodeId, long>(replicas.Length + nextReplicas.Length);
        ReadSince(ref reader, replicas, since);
        ReadSince(ref reader, nextReplicas, since);
        return new PartitionConfig(epoch, replicas, nextReplicas, since);
    }

    private static void ReadSince(ref ByteReader reader, NodeId[] nodes, Dictionary<NodeId, long> since)
    {
        foreach (var node in nodes)
        {
            if (!since.ContainsKey(node))
            {
                since.Add(node, reader.ReadNumber("an epoch"));
            }
        }
    }
}
