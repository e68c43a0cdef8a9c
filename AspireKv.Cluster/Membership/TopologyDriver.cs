using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// Takes the topology one version further towards its targets. Whoever holds the ballot of the system partition drives it; all that
/// matters stands in the topology, so that a driver that ends in the middle is followed by another one that goes on.
/// </summary>
/// <remarks>
/// A move goes through a joint config (Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 4.3), one new replica at a time
/// while the number of replicas stays the same. Moves are taken up in the order of partitions; one that must wait holds no other up.
/// </remarks>
public static class TopologyDriver
{
    /// <summary>The most moves at a time.</summary>
    public const int MaxMoves = 64;

    /// <summary>The most moves at a time that a node joins, and the most that it leaves.</summary>
    public const int MaxMovesOfNode = 2;

    /// <summary>Everything that is due, in one change.</summary>
    /// <param name="topology">The topology as a quorum of the system partition holds it.</param>
    /// <param name="facts">What is known beside it.</param>
    /// <returns>The next topology, or null when nothing is due.</returns>
    public static ClusterTopology? Next(ClusterTopology topology, DriverFacts facts)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(facts);
        var draft = new TopologyDraft(topology);
        RegisterLives(draft, facts);
        var moving = FinishMoves(draft, facts);
        BeginMoves(draft, moving, facts.Alive);
        LetGo(draft);
        return draft.IsChanged ? draft.ToTopology() : null;
    }

    /// <summary>
    /// Only a life that replaced the one in the topology is news: the memory of this node may be older than the topology.
    /// </summary>
    private static void RegisterLives(TopologyDraft draft, DriverFacts facts)
    {
        foreach (var member in draft.Members.ToList())
        {
            if (member.IsRegistered && facts.Lives.TryGetValue(member.Id, out var life)
                && life.Incarnation != member.Identity.Incarnation && life.Past.Contains(member.Identity.Incarnation))
            {
                draft.Register(member, life.Incarnation);
            }
        }
    }

    /// <summary>Ends the moves that are swept, and takes back those that never will be.</summary>
    /// <returns>What cannot begin to move in this change: partitions whose config is new, and those that still move.</returns>
    private static HashSet<int> FinishMoves(TopologyDraft draft, DriverFacts facts)
    {
        var moving = new HashSet<int>();
        for (var partition = 0; partition < draft.Partitions.Count; partition++)
        {
            var assignment = draft.Partitions[partition];
            if (!assignment.IsMoving)
            {
                continue;
            }

            moving.Add(partition);
            if (HasForgetfulNewcomer(draft, assignment.Config))
            {
                draft.TakeBack(partition);
            }
            else if (facts.Swept.Contains(new SweptPartition(partition, assignment.Config.Epoch)))
            {
                draft.End(partition);
            }
        }

        return moving;
    }

    /// <summary>
    /// True where a node that is to join is in another life than the one that was given the partition. It would be a learner on one side
    /// of the joint quorum, and with a second learner on the other side nobody could rebuild either.
    /// </summary>
    private static bool HasForgetfulNewcomer(TopologyDraft draft, PartitionConfig config) => config.NextReplicas.Any(node =>
        !config.Replicas.Contains(node) && config.GrantOf(node)!.Value.Incarnation != draft.Find(node)?.Identity.Incarnation);

    private static void BeginMoves(TopologyDraft draft, HashSet<int> moving, IReadOnlySet<NodeId> alive)
    {
        var room = new MoveRoom(alive);
        foreach (var partition in moving.Where(partition => draft.Partitions[partition].IsMoving))
        {
            room.Take(draft.Partitions[partition].Config.Replicas, draft.Partitions[partition].Config.NextReplicas);
        }

        for (var partition = 0; partition < draft.Partitions.Count && room.IsLeft; partition++)
        {
            var assignment = draft.Partitions[partition];
            if (!assignment.IsPending || moving.Contains(partition))
            {
                continue;
            }

            var replicas = assignment.Config.Replicas;
            if (assignment.Target.Count == replicas.Count && !assignment.Target.Except(replicas).Any())
            {
                // No data moves, but the coordinator drains as it does for a move.
                draft.Reorder(partition, assignment.Target);
                room.Take(replicas, assignment.Target);
            }
            else if (room.FindStep(replicas, assignment.Target) is { } nextReplicas)
            {
                draft.Begin(partition, nextReplicas);
                room.Take(replicas, nextReplicas);
            }
        }
    }

    /// <summary>Members that are to go are none any more once nothing names them.</summary>
    private static void LetGo(TopologyDraft draft)
    {
        var leaving = draft.Members.Where(member => member.State == MemberState.Removing).Select(member => member.Id).ToList();
        foreach (var node in leaving.Where(node => !draft.Partitions.Any(assignment => assignment.Names(node))))
        {
            draft.Remove(node);
        }
    }
}
