using System.Runtime.InteropServices;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// topology    version, generation, cluster id (16 bytes), replication factor, last plan (text),
///             count, member and registered and state and address ..., past lives, count, assignment ...
/// registered  the version that first named the member's life
/// state       1 byte, see MemberState
/// address     text, HOST:PORT; empty where service discovery alone knows
/// past lives  count, incarnation (8 bytes) ...: those that grants name beside the ones that members have now; each once
/// assignment  flags (1: next replicas, 2: target), epoch, replicas, [next replicas],
///             for each node of both (each once, in that order) its grant, [target]
/// grant       since, life (0: the one that the member has now; else its place in the past lives, from 1)
/// </code>
/// </summary>
public static class TopologyCodec
{
    private const int MovesFlag = 1;
    private const int TargetFlag = 2;

    private const string Version = "a version of a topology";
    private const string Replicas = "the replicas of a partition";
    private const string PastLives = "the past lives of members";

    /// <summary>The topology alone, as a value or a file holds it.</summary>
    /// <inheritdoc cref="WriteTopology" path="/exception"/>
    public static byte[] ToBytes(ClusterTopology topology)
    {
        var writer = new ByteWriter();
        writer.WriteTopology(topology);
        return writer.Written.ToArray();
    }

    /// <exception cref="MalformedBytesException">These bytes are no topology.</exception>
    public static ClusterTopology FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var topology = reader.ReadTopology();
        reader.ExpectEnd();
        return topology;
    }

    /// <exception cref="ArgumentException">The topology breaks a bound, or a grant names a node that is no member.</exception>
    public static void WriteTopology(this ByteWriter writer, ClusterTopology topology)
    {
        if (!PartitionMap.IsValidCount(topology.SystemPartition))
        {
            throw new ArgumentException($"No cluster has {topology.Partitions.Count} partitions.", nameof(topology));
        }

        writer.WriteNumber(topology.Version);
        writer.WriteNumber(topology.Generation);
        writer.WriteGuid(topology.ClusterId);
        writer.WriteCount(topology.ReplicationFactor, ClusterTopology.MaxReplicas, Replicas);
        writer.WriteText(topology.LastPlan, ClusterTopology.MaxPlanIdLength, "the bytes of a plan's id");
        WriteMembers(writer, topology.Members);

        var lives = new LifeTable(topology.Members);
        foreach (var assignment in topology.Partitions)
        {
            lives.Add(assignment.Config);
        }

        writer.WriteCount(lives.Past.Count, ValueLimits.MaxPastLives, PastLives);
        foreach (var incarnation in lives.Past)
        {
            writer.WriteFixed64(incarnation);
        }

        writer.WriteNumber(topology.Partitions.Count);
        foreach (var assignment in topology.Partitions)
        {
            WriteAssignment(writer, assignment, lives);
        }
    }

    public static ClusterTopology ReadTopology(this ref ByteReader reader)
    {
        var version = reader.ReadNumber(Version);
        var generation = reader.ReadNumber("a generation");
        var clusterId = reader.ReadGuid();
        var replicationFactor = reader.ReadInt32(ClusterTopology.MaxReplicas, Replicas);
        var lastPlan = reader.ReadText(ClusterTopology.MaxPlanIdLength, "the length of a plan's id");
        var members = ReadMembers(ref reader);
        var lives = new LifeTable(members);
        for (var count = reader.ReadCount(ValueLimits.MaxPastLives, PastLives); count > 0; count--)
        {
            var incarnation = reader.ReadFixed64();
            if (!lives.TryAdd(incarnation))
            {
                ByteReader.Refuse($"the past life {incarnation:x16} stands twice");
            }
        }

        return new ClusterTopology
        {
            Version = version,
            Generation = generation,
            ClusterId = clusterId,
            ReplicationFactor = replicationFactor,
            LastPlan = lastPlan,
            Members = members,
            Partitions = ReadAssignments(ref reader, lives),
        };
    }

    private static void WriteMembers(ByteWriter writer, IReadOnlyList<TopologyMember> members)
    {
        writer.WriteCount(members.Count, ValueLimits.MaxMembers, "the members of a cluster");
        var last = NodeId.None;
        foreach (var member in members)
        {
            if (member.Id.CompareTo(last) <= 0)
            {
                throw new ArgumentException($"Member {member.Id} stands behind {last}.", nameof(members));
            }

            writer.WriteMember(member.Identity);
            writer.WriteNumber(member.Registered);
            writer.WriteByte((byte)member.State);
            writer.WriteText(member.Address, ValueLimits.MaxNameBytes, "the bytes of an address");
            last = member.Id;
        }
    }

    private static TopologyMember[] ReadMembers(ref ByteReader reader)
    {
        var members = new TopologyMember[reader.ReadCount(ValueLimits.MaxMembers, "the members of a cluster")];
        var last = NodeId.None;
        for (var i = 0; i < members.Length; i++)
        {
            var identity = reader.ReadMember();
            if (identity.Id.CompareTo(last) <= 0)
            {
                ByteReader.Refuse($"member {identity.Id} stands behind {last}");
            }

            var registered = reader.ReadNumber(Version);
            var state = reader.ReadByte();
            if (state > (byte)MemberState.Removing)
            {
                ByteReader.Refuse($"the state {state} of a member is unknown");
            }

            members[i] = new TopologyMember(identity, registered, (MemberState)state)
            {
                Address = reader.ReadText(ValueLimits.MaxNameBytes, "the length of an address"),
            };
            last = identity.Id;
        }

        return members;
    }

    private static void WriteAssignment(ByteWriter writer, PartitionAssignment assignment, LifeTable lives)
    {
        var config = assignment.Config;
        writer.WriteFlags((assignment.IsMoving ? MovesFlag : 0) | (assignment.IsPending ? TargetFlag : 0));
        writer.WriteNumber(config.Epoch);
        WriteReplicas(writer, config.Replicas);
        if (assignment.IsMoving)
        {
            WriteReplicas(writer, config.NextReplicas);
        }

        foreach (var node in config.Voters)
        {
            var grant = config.GrantOf(node)!.Value;
            writer.WriteNumber(grant.Since);
            writer.WriteNumber(lives.PlaceOf(node, grant.Incarnation));
        }

        if (assignment.IsPending)
        {
            WriteReplicas(writer, assignment.Target);
        }
    }

    private static PartitionAssignment[] ReadAssignments(ref ByteReader reader, LifeTable lives)
    {
        var count = reader.ReadCount(ValueLimits.MaxPartitions, "the partitions of a cluster");
        if (!PartitionMap.IsValidCount(count - 1))
        {
            ByteReader.Refuse($"no cluster has {count} partitions");
        }

        var assignments = new PartitionAssignment[count];
        for (var i = 0; i < count; i++)
        {
            assignments[i] = ReadAssignment(ref reader, lives);
        }

        return assignments;
    }

    private static PartitionAssignment ReadAssignment(ref ByteReader reader, LifeTable lives)
    {
        var flags = reader.ReadFlags(MovesFlag | TargetFlag);
        var epoch = reader.ReadNumber("an epoch");
        var replicas = ReadReplicas(ref reader);
        var nextReplicas = (flags & MovesFlag) != 0 ? ReadReplicas(ref reader) : [];
        var grants = new Dictionary<NodeId, Grant>(replicas.Length);
        ReadGrants(ref reader, replicas, lives, grants);
        ReadGrants(ref reader, nextReplicas, lives, grants);
        var target = (flags & TargetFlag) != 0 ? ReadReplicas(ref reader) : [];
        return new PartitionAssignment(new PartitionConfig(epoch, replicas, nextReplicas, grants), target);
    }

    private static void ReadGrants(ref ByteReader reader, NodeId[] nodes, LifeTable lives, Dictionary<NodeId, Grant> grants)
    {
        foreach (var node in nodes)
        {
            if (grants.ContainsKey(node))
            {
                continue;
            }

            var since = reader.ReadNumber("an epoch");
            var place = reader.ReadInt32(lives.Past.Count, "the place of a life");
            if (lives.LifeAt(node, place) is not { } incarnation)
            {
                ByteReader.Refuse($"node {node} holds a partition and is no member");
                return;
            }

            grants.Add(node, new Grant(since, incarnation));
        }
    }

    private static void WriteReplicas(ByteWriter writer, IReadOnlyList<NodeId> nodes)
    {
        if (nodes.Count is 0 or > ClusterTopology.MaxReplicas)
        {
            throw new ArgumentException($"From 1 to {ClusterTopology.MaxReplicas} replicas are legal, not {nodes.Count}.", nameof(nodes));
        }

        writer.WriteNodes(nodes);
    }

    private static NodeId[] ReadReplicas(ref ByteReader reader)
    {
        var nodes = reader.ReadNodes();
        if (nodes.Length is 0 or > ClusterTopology.MaxReplicas)
        {
            ByteReader.Refuse($"from 1 to {ClusterTopology.MaxReplicas} replicas are legal, not {nodes.Length}");
        }

        return nodes;
    }

    /// <summary>The lives that grants name, each written once.</summary>
    private sealed class LifeTable
    {
        private readonly Dictionary<NodeId, ulong> _present;
        private readonly Dictionary<ulong, int> _places = [];

        public LifeTable(IReadOnlyList<TopologyMember> members) =>
            _present = members.ToDictionary(member => member.Id, member => member.Identity.Incarnation);

        public List<ulong> Past { get; } = [];

        public void Add(PartitionConfig config)
        {
            foreach (var node in config.Voters)
            {
                var incarnation = config.GrantOf(node)!.Value.Incarnation;
                if (!_present.TryGetValue(node, out var present))
                {
                    throw new ArgumentException($"Node {node} holds a partition and is no member.", nameof(config));
                }

                if (incarnation != present)
                {
                    TryAdd(incarnation);
                }
            }
        }

        public bool TryAdd(ulong incarnation)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, incarnation, out var isKnown);
            if (!isKnown)
            {
                Past.Add(incarnation);
                place = Past.Count;
            }

            return !isKnown;
        }

        public int PlaceOf(NodeId node, ulong incarnation) => incarnation == _present[node] ? 0 : _places[incarnation];

        /// <summary>Null for a node that is no member.</summary>
        public ulong? LifeAt(NodeId node, int place) =>
            _present.TryGetValue(node, out var present) ? place == 0 ? present : Past[place - 1] : null;
    }
}
