using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Ring;

/// <summary>
/// Says which nodes hold each partition: for each partition, by index, its replicas, the preferred coordinator first.
/// </summary>
/// <remarks>
/// Tokens alone do not balance: with 256 partitions and 128 tokens a node, one of 19 nodes would lead 1.8 times the mean. So the ring's
/// proposal is evened out: each node leads, and each node holds, the mean number of partitions rounded down or up. The same arguments
/// give the same placement on every machine.
/// </remarks>
public static class Placement
{
    /// <summary>Places a new cluster.</summary>
    /// <param name="nodes">The nodes, each once and at least one; their order does not matter.</param>
    /// <param name="partitionCount">A power of two from 1 to 65,536.</param>
    /// <param name="replicationFactor">On how many nodes a partition lives; on all of them when there are fewer.</param>
    /// <param name="virtualNodes">How many tokens each node has on the ring.</param>
    public static IReadOnlyList<IReadOnlyList<NodeId>> Propose(
        IReadOnlyCollection<NodeId> nodes, int partitionCount, int replicationFactor, int virtualNodes = HashRing.DefaultVirtualNodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicationFactor, 1);
        var draft = new PlacementDraft(new HashRing(nodes, virtualNodes), new PartitionMap(partitionCount));
        draft.TakeRingProposal(replicationFactor);
        draft.EvenOutHolds();
        draft.PutInRingOrder();
        draft.EvenOutLeads();
        return draft.ToPlacement();
    }

    /// <summary>
    /// Places a cluster whose nodes or whose number of replicas changed, starting from what is stored: as little moves as evenness allows.
    /// </summary>
    /// <param name="stored">The placement so far; a replica on a node that is not among <paramref name="nodes"/> goes to another.</param>
    /// <param name="nodes">The nodes from now on, each once and at least one; their order does not matter.</param>
    /// <param name="replicationFactor">On how many nodes a partition lives from now on; on all of them when there are fewer.</param>
    internal static IReadOnlyList<IReadOnlyList<NodeId>> Rebalance(
        IReadOnlyList<IReadOnlyList<NodeId>> stored, IReadOnlyCollection<NodeId> nodes, int replicationFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicationFactor, 1);
        var staying = nodes.ToHashSet();
        var draft = new PlacementDraft(new HashRing(nodes), new PartitionMap(stored.Count));
        draft.TakeStored([.. stored.Select(replicas => (IReadOnlyList<NodeId>)[.. replicas.Where(staying.Contains)])]);
        draft.Resize(replicationFactor);
        draft.EvenOutHolds();
        draft.EvenOutLeads();
        return draft.ToPlacement();
    }

    /// <summary>Evens out who leads, and leaves who holds as it is.</summary>
    /// <param name="stored">The placement so far, at least one node for each partition.</param>
    internal static IReadOnlyList<IReadOnlyList<NodeId>> EvenOutLeads(IReadOnlyList<IReadOnlyList<NodeId>> stored)
    {
        NodeId[] nodes = [.. stored.SelectMany(static replicas => replicas).Distinct().Order()];
        var indexes = nodes.Index().ToDictionary(node => node.Item, node => node.Index);
        List<int>[] draft = [.. stored.Select(replicas => replicas.Select(node => indexes[node]).ToList())];
        new LeadBalancer(draft, nodes.Length).Run();
        return [.. draft.Select(replicas => (IReadOnlyList<NodeId>)[.. replicas.Select(node => nodes[node])])];
    }
}
