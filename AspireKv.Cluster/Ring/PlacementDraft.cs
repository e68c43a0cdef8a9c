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

    /// <summary>For each node, in how many of <see cref="_replicas"/> it stands.</summary>
    private readonly int[] _holds;

    public PlacementDraft(HashRing ring, PartitionMap partitions)
    {
        _ring = ring;
        _holds = new int[ring.Nodes.Count];
        _replicas = new List<int>[partitions.Count];
        _ranks = new int[partitions.Count][];
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
            _replicas[partition] = [];
        }
    }

    public void TakeRingProposal(int replicationFactor)
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            var ranks = _ranks[partition];
            _replicas[partition] = [.. Enumerable.Range(0, ranks.Length).OrderBy(node => ranks[node]).Take(replicationFactor)];
        }

        CountHolds();
    }

    public void TakeStored(IReadOnlyList<IReadOnlyList<NodeId>> stored)
    {
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            _replicas[partition] = [.. stored[partition].Select(IndexOf)];
        }

        CountHolds();
    }

    /// <summary>
    /// Moves replicas, one at a time, from the node that holds most to the one that holds least until they differ by one at most.
    /// Such a replica always exists: who holds more holds something that the other does not.
    /// </summary>
    public void EvenOutHolds()
    {
        while (true)
        {
            var (most, least) = (Array.IndexOf(_holds, _holds.Max()), Array.IndexOf(_holds, _holds.Min()));
            if (_holds[most] - _holds[least] <= 1)
            {
                return;
            }

            MoveReplica(most, least);
        }
    }

    /// <summary>
    /// Gives the node its fair share, rounded up at most, each replica from the node that holds most at that moment; or, where
    /// partitions have fewer replicas than there could be, one of each.
    /// </summary>
    public void GiveTo(NodeId newNode, int replicationFactor)
    {
        var node = IndexOf(newNode);
        if (_replicas[0].Count < Math.Min(replicationFactor, _holds.Length))
        {
            Array.ForEach(_replicas, replicas => replicas.Add(node));
            CountHolds();
            return;
        }

        var share = (_holds.Sum() + _holds.Length - 1) / _holds.Length;
        while (_holds[node] < share)
        {
            var most = Array.IndexOf(_holds, _holds.Max());
            if (_holds[most] - _holds[node] <= 1)
            {
                return;
            }

            MoveReplica(most, node);
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
    public void EvenOutLeads() => new LeadBalancer(_replicas, _holds.Length).Run();

    public IReadOnlyList<IReadOnlyList<NodeId>> ToPlacement() =>
        [.. _replicas.Select(replicas => (IReadOnlyList<NodeId>)[.. replicas.Select(node => _ring.Nodes[node])])];

    /// <summary>Of the two nodes' partitions that only one holds, hands over the one for which the ring prefers the other most.</summary>
    private void MoveReplica(int from, int to)
    {
        var best = -1;
        for (var partition = 0; partition < _replicas.Length; partition++)
        {
            if ((best < 0 || _ranks[partition][to] < _ranks[best][to])
                && _replicas[partition].Contains(from) && !_replicas[partition].Contains(to))
            {
                best = partition;
            }
        }

        _replicas[best][_replicas[best].IndexOf(from)] = to;
        _holds[from]--;
        _holds[to]++;
    }

    private void CountHolds()
    {
        Array.Clear(_holds);
        foreach (var node in _replicas.SelectMany(replicas => replicas))
        {
            _holds[node]++;
        }
    }

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
