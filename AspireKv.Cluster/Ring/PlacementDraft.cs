using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Ring;

/// <summary>A placement in the making. Nodes are indexes into the ring's list of nodes here. Not thread-safe.</summary>
internal sealed class PlacementDraft
{
    private readonly HashRing _ring;

    /// <summary>For each partition its replicas, the leader first.</summary>
    private readonly List<int>[] _replicas;

    /// <summary>For each partition and node, how many nodes the ring would rather have: 0 for the first of the preference list.</summary>
    private readonly int[][] _ranks;

    /// <summary>For each partition the replicas that hold its entries already; empty in a new cluster.</summary>
    private readonly int[][] _stored;

    /// <summary>For each node the partitions of <see cref="_replicas"/> that name it.</summary>
    private readonly SortedSet<int>[] _held;

    public PlacementDraft(HashRing ring, PartitionMap partitions)
    {
        _ring = ring;
        _held = [.. ring.Nodes.Select(_ => new SortedSet<int>())];
        _replicas = new List<int>[partitions.Count];
        _ranks = new int[partitions.Count][];
        _stored = new int[partitions.Count][];
        var indexes = ring.Nodes.Index().ToDictionary(node => node.Item, node => node.Index);
        for (var partition = 0; partition < partitions.Count; partition++)
        {
            var start = new Token(partitions.GetPartition(partition).Start);
            var ranks = new int[ring.Nodes.Count];
            foreach (var (rank, node) in ring.GetPreferenceList(start, ring.Nodes.Count).Index())
            {
                ranks[indexes[node]] = rank;
            }

            _ranks[partition] = ranks;
            _stored[partition] = [];
            _replicas[partition] = [];
        }
    }

    public void TakeRingProposal(int replicationFactor)
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            var ranks = _ranks[partition];
            SetReplicas(partition, Enumerable.Range(0, ranks.Length).OrderBy(node => ranks[node]).Take(replicationFactor));
        }
    }

    public void TakeStored(IReadOnlyList<IReadOnlyList<NodeId>> stored)
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            _stored[partition] = [.. stored[partition].Select(IndexOf)];
            SetReplicas(partition, _stored[partition]);
        }
    }

    /// <summary>
    /// Gives each partition as many replicas as there are to be: those too many go from the nodes that hold most, and those that lack come
    /// to the nodes that hold least.
    /// </summary>
    public void Resize(int replicationFactor)
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            var (replicas, ranks) = (_replicas[partition], _ranks[partition]);
            while (replicas.Count > replicationFactor)
            {
                var fullest = replicas.MaxBy(node => (_held[node].Count, ranks[node]));
                replicas.Remove(fullest);
                _held[fullest].Remove(partition);
            }

            while (replicas.Count < Math.Min(replicationFactor, _held.Length))
            {
                var emptiest = Enumerable.Range(0, _held.Length).Except(replicas).MinBy(node => (_held[node].Count, ranks[node]));
                replicas.Add(emptiest);
                _held[emptiest].Add(partition);
            }
        }
    }

    /// <summary>
    /// Moves replicas, one at a time, from the node that holds most to the one that holds least until they differ by one at most.
    /// Such a replica always exists: a node that holds more holds something that the other does not.
    /// </summary>
    public void EvenOutHolds()
    {
        while (true)
        {
            var (most, least) = (FindFullest(), FindEmptiest());
            if (_held[most].Count - _held[least].Count <= 1)
            {
                return;
            }

            MoveReplica(most, least);
        }
    }

    /// <summary>Orders each partition's replicas as the ring prefers them.</summary>
    public void PutInRingOrder()
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            var ranks = _ranks[partition];
            _replicas[partition].Sort((left, right) => ranks[left].CompareTo(ranks[right]));
        }
    }

    /// <inheritdoc cref="LeadBalancer"/>
    public void EvenOutLeads() => new LeadBalancer(_replicas, _held.Length).Run();

    public IReadOnlyList<IReadOnlyList<NodeId>> ToPlacement() =>
        [.. _replicas.Select(replicas => (IReadOnlyList<NodeId>)[.. replicas.Select(node => _ring.Nodes[node])])];

    /// <summary>
    /// Of the two nodes' partitions that only one holds, hands over the one that costs the fewest copies, and of those the one for which
    /// the ring prefers the other most.
    /// </summary>
    private void MoveReplica(int from, int to)
    {
        var best = _held[from].Where(partition => !_replicas[partition].Contains(to))
            .MinBy(partition => (CopiesOf(partition, from, to), _ranks[partition][to], partition));

        _replicas[best][_replicas[best].IndexOf(from)] = to;
        _held[from].Remove(best);
        _held[to].Add(best);
    }

    /// <summary>How many more replicas have to be copied once the partition goes from one node to the other; may be below zero.</summary>
    private int CopiesOf(int partition, int from, int to) =>
        (_stored[partition].Contains(from) ? 1 : 0) - (_stored[partition].Contains(to) ? 1 : 0);

    private void SetReplicas(int partition, IEnumerable<int> nodes)
    {
        _replicas[partition] = [.. nodes];
        foreach (var node in _replicas[partition])
        {
            _held[node].Add(partition);
        }
    }

    private int FindFullest() => Enumerable.Range(0, _held.Length).MaxBy(node => _held[node].Count);

    private int FindEmptiest() => Enumerable.Range(0, _held.Length).MinBy(node => _held[node].Count);

    private int IndexOf(NodeId node)
    {
        for (var index = 0; index < _ring.Nodes.Count; index++)
        {
            if (_ring.Nodes[index] == node)
            {
                return index;
            }
        }

        throw new ArgumentException($"The placement names node {node}, which is not a member.");
    }
}
