using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// config  epoch, replicas, next replicas, for each node of both (each once, in that order) its grant
/// grant   since, incarnation (8 bytes)
/// </code>
/// </summary>
public static class ConfigCodec
{
    public static void WriteConfig(this ByteWriter writer, PartitionConfig config)
    {
        writer.WriteNumber(config.Epoch);
        writer.WriteNodes(config.Replicas);
        writer.WriteNodes(config.NextReplicas);
        for (var i = 0; i < config.Voters.Count; i++)
        {
            var grant = config.GrantOf(config.Voters[i])!.Value;
            writer.WriteNumber(grant.Since);
            writer.WriteFixed64(grant.Incarnation);
        }
    }

    public static PartitionConfig ReadConfig(this ref ByteReader reader)
    {
        var epoch = reader.ReadNumber("an epoch");
        var replicas = reader.ReadNodes();
        var nextReplicas = reader.ReadNodes();
        var grants = new Dictionary<NodeId, Grant>(replicas.Length + nextReplicas.Length);
        ReadGrants(ref reader, replicas, grants);
        ReadGrants(ref reader, nextReplicas, grants);
        return new PartitionConfig(epoch, replicas, nextReplicas, grants);
    }

    private static void ReadGrants(ref ByteReader reader, NodeId[] nodes, Dictionary<NodeId, Grant> grants)
    {
        foreach (var node in nodes)
        {
            if (!grants.ContainsKey(node))
            {
                grants.Add(node, new Grant(reader.ReadNumber("an epoch"), reader.ReadFixed64()));
            }
        }
    }
}
