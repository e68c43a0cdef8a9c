using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Tests.Coordination;

/// <summary>
/// The other replicas of a <see cref="PartitionFixture"/>, as simple as can be: they obey whatever node 1 asks, but for what a test lets
/// them do instead.
/// </summary>
internal sealed class ScriptedReplicas(PartitionFixture partition)
{
    private readonly Dictionary<NodeId, SortedDictionary<StoreKey, Entry>> _entries = [];
    private int _answered;

    /// <summary>How many keys one page lists.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>The nodes that lost their memory, with their incarnation.</summary>
    public Dictionary<NodeId, ulong> Learners { get; } = [];

    /// <summary>Whether the message is lost, and the stream with it.</summary>
    public Func<NodeId, PeerRequest, bool> Loses { get; set; } = (_, _) => false;

    /// <summary>What a replica answers to an Accept instead of storing the entry; null where it stores it.</summary>
    public Func<NodeId, PeerRequest, PeerResponseKind?> InsteadOfStoring { get; set; } = (_, _) => null;

    public SortedDictionary<StoreKey, Entry> EntriesOf(NodeId node)
    {
        if (!_entries.TryGetValue(node, out var entries))
        {
            _entries.Add(node, entries = []);
        }

        return entries;
    }

    /// <summary>The node says that it lost its memory; node 1 takes a ballot that it knows of that.</summary>
    public void Lose(NodeId node, ulong incarnation)
    {
        Learners[node] = incarnation;
        EntriesOf(node).Clear();
        partition.State.OnRequest(node, PartitionFixture.Request(PeerRequestKind.Learning, 0) with
        {
            Ballot = Ballot.Zero,
            Incarnation = incarnation,
        });
        Run();
    }

    /// <summary>Syncs and answers until nothing is left to answer.</summary>
    public void Run()
    {
        partition.Sync();
        while (_answered < partition.Sent.Count)
        {
            var (to, request) = partition.Sent[_answered++];
            if (Loses(to, request))
            {
                partition.Reconnect(to);
            }
            else if (Answer(to, request) is { } response)
            {
                partition.State.OnResponse(to, response with
                {
                    IsLearner = Learners.ContainsKey(to),
                    Incarnation = Learners.GetValueOrDefault(to),
                });
            }

            partition.Sync();
        }
    }

    /// <summary>Lets time pass in tenths of a second; the partition is told of each one while it says that it has work.</summary>
    public void Pass(TimeSpan time)
    {
        for (var end = partition.Now + time; partition.Now < end;)
        {
            partition.Now += TimeSpan.FromMilliseconds(100);
            if (partition.State.Upkeep.HasWork)
            {
                partition.State.Tick(partition.Now);
            }

            Run();
        }
    }

    private PeerResponse? Answer(NodeId node, PeerRequest request)
    {
        var entries = EntriesOf(node);
        switch (request.Kind)
        {
            case PeerRequestKind.Prepare:
                return Response(request, PeerResponseKind.Promised);
            case PeerRequestKind.Confirm:
                return Response(request, PeerResponseKind.Confirmed);
            case PeerRequestKind.Read:
                return Response(request, PeerResponseKind.ReadResult) with { Entry = entries.GetValueOrDefault(request.Key) };
            case PeerRequestKind.Accept:
                if (InsteadOfStoring(node, request) is { } refusal)
                {
                    return Response(request, refusal);
                }

                entries[request.Key] = request.Entry!;
                return Response(request, PeerResponseKind.Accepted);
            case PeerRequestKind.Purge:
                entries.Remove(request.Key);
                return Response(request, PeerResponseKind.Purged);
            case PeerRequestKind.List:
                return Response(request, PeerResponseKind.KeysListed) with
                {
                    Page = PartitionFixture.ListKeys(entries, request.Key, request.Buckets, PageSize),
                };
            case PeerRequestKind.Sum:
                return Response(request, PeerResponseKind.Summed) with { Sums = PartitionFixture.SumBuckets(entries) };
            case PeerRequestKind.Rebuild:
                return Response(request, PeerResponseKind.RebuildBegun);
            case PeerRequestKind.Rebuilt:
                Learners.Remove(node);
                return Response(request, PeerResponseKind.Rebuilt);
            default:
                return null;
        }
    }

    private static PeerResponse Response(PeerRequest request, PeerResponseKind kind) => new()
    {
        Kind = kind,
        Partition = 0,
        Id = request.Id,
        Ballot = request.Ballot,
        Epoch = request.Epoch,
    };
}
