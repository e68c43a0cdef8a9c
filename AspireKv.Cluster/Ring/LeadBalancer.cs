namespace AspireKv.Cluster.Ring;

/// <summary>
/// Chooses the first replica of each partition so that no two nodes lead numbers that differ by more than need be, changing only who
/// leads, never which nodes hold.
/// </summary>
/// <remarks>
/// A semi-matching is optimal when no chain of hand-overs leads from one node to another that leads at least two partitions fewer
/// (Harvey, Ladner, Lovász, Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006). Where all nodes hold the mean number
/// of replicas rounded down or up, the optimum leads the mean rounded down or up: if every holder led 1/N of each of its partitions,
/// loads would lie within those bounds, and a flow with whole bounds has a whole solution.
/// </remarks>
internal sealed class LeadBalancer
{
    private readonly List<int>[] _replicas;

    /// <summary>For each node the partitions it leads.</summary>
    private readonly SortedSet<int>[] _led;

    /// <param name="replicas">For each partition its replicas, the leader first; changed in place.</param>
    /// <param name="nodeCount">Replicas are numbers below this.</param>
    public LeadBalancer(List<int>[] replicas, int nodeCount)
    {
        _replicas = replicas;
        _led = [.. Enumerable.Range(0, nodeCount).Select(_ => new SortedSet<int>())];
        foreach (var (partition, nodes) in replicas.Index())
        {
            _led[nodes[0]].Add(partition);
        }
    }

    public void Run()
    {
        while (Enumerable.Range(0, _led.Length).OrderByDescending(node => _led[node].Count).Any(TryRelieve))
        {
        }
    }

    /// <summary>Takes one partition off the node, if some chain of hand-overs ends at a node that leads at least two fewer.</summary>
    private bool TryRelieve(int node)
    {
        // Breadth first, so that the fewest partitions change hands. For each node met: the partition that its predecessor would hand it.
        var handed = new Dictionary<int, int> { [node] = -1 };
        var queue = new Queue<int>([node]);
        while (queue.TryDequeue(out var giver))
        {
            foreach (var (partition, taker) in FindHandOvers(giver))
            {
                if (!handed.TryAdd(taker, partition))
                {
                    continue;
                }

                if (_led[taker].Count <= _led[node].Count - 2)
                {
                    HandOver(node, taker, handed);
                    return true;
                }

                queue.Enqueue(taker);
            }
        }

        return false;
    }

    private IEnumerable<(int Partition, int Taker)> FindHandOvers(int giver) =>
        _led[giver].SelectMany(partition => _replicas[partition].Select(taker => (partition, taker)));

    private void HandOver(int from, int to, Dictionary<int, int> handed)
    {
        for (var taker = to; taker != from;)
        {
            var partition = handed[taker];
            var giver = _replicas[partition][0];
            _replicas[partition].Remove(taker);
            _replicas[partition].Insert(0, taker);
            _led[giver].Remove(partition);
            _led[taker].Add(partition);
            taker = giver;
        }
    }
}
