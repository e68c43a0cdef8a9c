using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// <code>
/// plan asked  wishes
/// wishes      count, wish ...
/// wish        kind (1 byte), and 1 add, 2 drain, 3 remove: node; 4 replace: node, node; 5 replication: factor; 6 system: nodes; 7 order
/// planned     flags (1 plan, 2 refusal), [plan], [refusal]
/// plan        id (text), generation, wishes, replication factor, count, (node, state (1 byte)) ..., count, target ..., count, move ...,
///             count, share ..., count, warning (text) ...
/// target      nodes
/// move        partition, nodes, nodes, entries, bytes
/// share       node, held, led, held then, led then
/// refusal     code (text), detail (text)
/// </code>
/// </summary>
internal static class PlanCodec
{
    private const int HasPlan = 1;
    private const int HasRefusal = 2;
    private const int MaxCodeBytes = 64;
    private const int MaxSentenceBytes = 1024;
    private const int MaxWarnings = 2 * ClusterTopology.MaxMembers;

    private const string Wishes = "the wishes of a plan";
    private const string States = "the members that a plan changes";
    private const string Targets = "the targets of a plan";
    private const string Moves = "the moves of a plan";
    private const string Shares = "the shares of members";
    private const string Warnings = "the warnings of a plan";
    private const string Share = "the partitions of a member";

    public static void Write(ByteWriter writer, PlanRequest request) => writer.WriteWishes(request.Wishes);

    public static PlanRequest ReadRequest(ref ByteReader reader) => new(reader.ReadWishes());

    public static void Write(ByteWriter writer, PlanOutcome outcome)
    {
        writer.WriteFlags((outcome.Plan is null ? 0 : HasPlan) | (outcome.Refusal is null ? 0 : HasRefusal));
        if (outcome.Plan is { } plan)
        {
            WritePlan(writer, plan);
        }

        if (outcome.Refusal is { } refusal)
        {
            writer.WriteRefusal(refusal);
        }
    }

    public static PlanOutcome ReadOutcome(ref ByteReader reader)
    {
        var flags = reader.ReadFlags(HasPlan | HasRefusal);
        var plan = (flags & HasPlan) != 0 ? ReadPlan(ref reader) : null;
        return new PlanOutcome(plan, (flags & HasRefusal) != 0 ? reader.ReadRefusal() : null);
    }

    public static void WriteWishes(this ByteWriter writer, IReadOnlyList<PlanWish> wishes)
    {
        writer.WriteCount(wishes.Count, TopologyPlan.MaxWishes, Wishes);
        foreach (var wish in wishes)
        {
            WriteWish(writer, wish);
        }
    }

    public static PlanWish[] ReadWishes(this ref ByteReader reader)
    {
        var wishes = new PlanWish[reader.ReadCount(TopologyPlan.MaxWishes, Wishes)];
        for (var i = 0; i < wishes.Length; i++)
        {
            wishes[i] = ReadWish(ref reader);
        }

        return wishes;
    }

    public static void WriteRefusal(this ByteWriter writer, TopologyRefusal refusal)
    {
        writer.WriteText(refusal.Code, MaxCodeBytes, "the bytes of a code");
        writer.WriteText(refusal.Detail, MaxSentenceBytes, "the bytes of a refusal");
    }

    public static TopologyRefusal ReadRefusal(this ref ByteReader reader) =>
        new(reader.ReadText(MaxCodeBytes, "the length of a code"), reader.ReadText(MaxSentenceBytes, "the length of a refusal"));

    private static void WriteWish(ByteWriter writer, PlanWish wish)
    {
        switch (wish)
        {
            case AddWish add:
                writer.WriteByte(1);
                writer.WriteNode(add.Node);
                break;
            case DrainWish drain:
                writer.WriteByte(2);
                writer.WriteNode(drain.Node);
                break;
            case RemoveWish remove:
                writer.WriteByte(3);
                writer.WriteNode(remove.Node);
                break;
            case ReplaceWish replace:
                writer.WriteByte(4);
                writer.WriteNode(replace.Node);
                writer.WriteNode(replace.By);
                break;
            case ReplicationWish replication:
                writer.WriteByte(5);
                writer.WriteNumber(replication.Factor);
                break;
            case SystemWish system:
                writer.WriteByte(6);
                writer.WriteNodes(system.Nodes);
                break;
            case OrderWish:
                writer.WriteByte(7);
                break;
            default:
                throw new ArgumentException($"'{wish}' has no bytes.", nameof(wish));
        }
    }

    private static PlanWish ReadWish(ref ByteReader reader)
    {
        var kind = reader.ReadByte();
        return kind switch
        {
            1 => new AddWish(reader.ReadNode()),
            2 => new DrainWish(reader.ReadNode()),
            3 => new RemoveWish(reader.ReadNode()),
            4 => new ReplaceWish(reader.ReadNode(), reader.ReadNode()),
            5 => new ReplicationWish(reader.ReadInt32(int.MaxValue, "a replication factor")),
            6 => new SystemWish(reader.ReadNodes()),
            7 => new OrderWish(),
            _ => throw new MalformedBytesException($"{kind} is no wish"),
        };
    }

    private static void WritePlan(ByteWriter writer, TopologyPlan plan)
    {
        writer.WriteText(plan.Id, ClusterTopology.MaxPlanIdLength, "the bytes of a plan's id");
        writer.WriteNumber(plan.Generation);
        writer.WriteWishes(plan.Wishes);
        writer.WriteNumber(plan.ReplicationFactor);
        writer.WriteCount(plan.States.Count, ValueLimits.MaxMembers, States);
        foreach (var (node, state) in plan.States.OrderBy(static state => state.Key))
        {
            writer.WriteNode(node);
            writer.WriteByte((byte)state);
        }

        writer.WriteCount(plan.Targets.Count, ValueLimits.MaxPartitions, Targets);
        foreach (var target in plan.Targets)
        {
            writer.WriteNodes(target);
        }

        writer.WriteCount(plan.Moves.Count, ValueLimits.MaxPartitions, Moves);
        foreach (var move in plan.Moves)
        {
            writer.WritePartition(move.Partition);
            writer.WriteNodes(move.From);
            writer.WriteNodes(move.To);
            writer.WriteNumber(move.Entries);
            writer.WriteNumber(move.Bytes);
        }

        writer.WriteCount(plan.Shares.Count, ValueLimits.MaxMembers, Shares);
        foreach (var share in plan.Shares)
        {
            writer.WriteNode(share.Node);
            writer.WriteNumber(share.Held);
            writer.WriteNumber(share.Led);
            writer.WriteNumber(share.WillHold);
            writer.WriteNumber(share.WillLead);
        }

        writer.WriteCount(plan.Warnings.Count, MaxWarnings, Warnings);
        foreach (var warning in plan.Warnings)
        {
            writer.WriteText(warning, MaxSentenceBytes, "the bytes of a warning");
        }
    }

    private static TopologyPlan ReadPlan(ref ByteReader reader) => new()
    {
        Id = reader.ReadText(ClusterTopology.MaxPlanIdLength, "the length of a plan's id"),
        Generation = reader.ReadNumber("a generation"),
        Wishes = reader.ReadWishes(),
        ReplicationFactor = reader.ReadInt32(ValueLimits.MaxReplicas, "a replication factor"),
        States = ReadStates(ref reader),
        Targets = ReadTargets(ref reader),
        Moves = ReadMoves(ref reader),
        Shares = ReadShares(ref reader),
        Warnings = ReadWarnings(ref reader),
    };

    private static Dictionary<NodeId, MemberState> ReadStates(ref ByteReader reader)
    {
        var count = reader.ReadCount(ValueLimits.MaxMembers, States);
        var states = new Dictionary<NodeId, MemberState>(count);
        for (var i = 0; i < count; i++)
        {
            var node = reader.ReadNode();
            var state = (MemberState)reader.ReadByte();
            if (!Enum.IsDefined(state) || !states.TryAdd(node, state))
            {
                ByteReader.Refuse($"node {node} cannot be in state {(byte)state} or stands twice in a plan");
            }
        }

        return states;
    }

    private static NodeId[][] ReadTargets(ref ByteReader reader)
    {
        var targets = new NodeId[reader.ReadCount(ValueLimits.MaxPartitions, Targets)][];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = reader.ReadNodes();
        }

        return targets;
    }

    private static PlannedMove[] ReadMoves(ref ByteReader reader)
    {
        var moves = new PlannedMove[reader.ReadCount(ValueLimits.MaxPartitions, Moves)];
        for (var i = 0; i < moves.Length; i++)
        {
            moves[i] = new PlannedMove(
                reader.ReadPartition(),
                reader.ReadNodes(),
                reader.ReadNodes(),
                reader.ReadNumber("entries"),
                reader.ReadNumber("bytes"));
        }

        return moves;
    }

    private static PlannedShare[] ReadShares(ref ByteReader reader)
    {
        var shares = new PlannedShare[reader.ReadCount(ValueLimits.MaxMembers, Shares)];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = new PlannedShare(
                reader.ReadNode(),
                reader.ReadInt32(ValueLimits.MaxPartitions, Share),
                reader.ReadInt32(ValueLimits.MaxPartitions, Share),
                reader.ReadInt32(ValueLimits.MaxPartitions, Share),
                reader.ReadInt32(ValueLimits.MaxPartitions, Share));
        }

        return shares;
    }

    private static string[] ReadWarnings(ref ByteReader reader)
    {
        var warnings = new string[reader.ReadCount(MaxWarnings, Warnings)];
        for (var i = 0; i < warnings.Length; i++)
        {
            warnings[i] = reader.ReadText(MaxSentenceBytes, "the length of a warning");
        }

        return warnings;
    }
}
