using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage.Codec;

/// <summary>
/// The parts that records share. Little-endian throughout.
/// <code>
/// ballot  round i64 | node u16                                                     10 bytes
/// stamp   ballot | sequence i64                                                    18 bytes
/// config  epoch i64 | count u16 | node u16 * count                                 replicas
///         | count u16 | node u16 * count                                           next replicas
///         | since i64 for each voter: replicas, then the next ones that are new
/// </code>
/// </summary>
internal static class ClusterCodec
{
    public const int BallotBytes = 10;
    public const int StampBytes = 18;

    public static void Write(this ref ByteWriter writer, Ballot ballot)
    {
        writer.Int64(ballot.Round);
        writer.UInt16((ushort)ballot.Node.Value);
    }

    public static void Write(this ref ByteWriter writer, Stamp stamp)
    {
        writer.Write(stamp.Ballot);
        writer.Int64(stamp.Sequence);
    }

    public static void Write(this ref ByteWriter writer, IReadOnlyList<NodeId> nodes)
    {
        writer.UInt16((ushort)nodes.Count);
        foreach (var node in nodes)
        {
            writer.UInt16((ushort)node.Value);
        }
    }

    public static int Measure(PartitionConfig config)
    {
        if (config.Replicas.Count > Limits.MaxReplicas || config.NextReplicas.Count > Limits.MaxReplicas)
        {
            throw new ArgumentException($"A partition has at most {Limits.MaxReplicas} replicas.", nameof(config));
        }

        return 8 + 2 + (2 * config.Replicas.Count) + 2 + (2 * config.NextReplicas.Count) + (8 * config.Voters.Count);
    }

    public static void Write(this ref ByteWriter writer, PartitionConfig config)
    {
        writer.Int64(config.Epoch);
        writer.Write(config.Replicas);
        writer.Write(config.NextReplicas);
        foreach (var voter in config.Voters)
        {
            writer.Int64(config.Since(voter)!.Value);
        }
    }

    public static Ballot Ballot(this ref ByteReader reader) => new(reader.Int64(), new NodeId(reader.UInt16()));

    public static Stamp Stamp(this ref ByteReader reader) => new(reader.Ballot(), reader.Int64());

    public static NodeId[] Nodes(this ref ByteReader reader)
    {
        var nodes = new NodeId[reader.Count16(size: 2)];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new NodeId(reader.UInt16());
        }

        return nodes;
    }

    public static PartitionConfig Config(this ref ByteReader reader)
    {
        var epoch = reader.Int64();
        var replicas = reader.Nodes();
        var next = reader.Nodes();
        if (replicas.Length > Limits.MaxReplicas || next.Length > Limits.MaxReplicas)
        {
            throw new InvalidDataException($"a config has more than {Limits.MaxReplicas} replicas");
        }

        var since = new Dictionary<NodeId, long>();
        foreach (var voter in replicas.Union(next))
        {
            since[voter] = reader.Int64();
        }

        return new PartitionConfig(epoch, replicas, next, since);
    }

    public static bool Flag(this ref ByteReader reader) => reader.Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new InvalidDataException($"a flag is {other}"),
    };
}
