using System.Collections.Frozen;
using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.ServiceDefaults;
using AspireKv.StorageNode.Identity;
using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace AspireKv.StorageNode.Peers;

/// <summary>The streams from this node to every other member, and what they tell of who is alive.</summary>
internal sealed class PeerLinks(
    NodeChannelFactory factory,
    ServiceEndpointResolver resolver,
    LocalNode self,
    OwnDisk disk,
    IOptions<ClusterOptions> cluster,
    IOptions<LivenessOptions> liveness)
    : IPeers, IPeerQuestions, IOwnCondition, IAsyncDisposable
{
    private readonly LivenessRule _rule = new(liveness.Value.SuspectAfter, liveness.Value.DeadAfter);

    /// <summary>
    /// The streams of one topology: never changed, replaced whole. Whoever needs two of them together reads the field once.
    /// </summary>
    private volatile FrozenDictionary<NodeId, NodeChannel> _channels = FrozenDictionary<NodeId, NodeChannel>.Empty;

    /// <summary>Starts to connect to every other member. To be called once.</summary>
    /// <param name="answers">Takes what the peers answer.</param>
    public void Start(IPeerResponseHandler answers)
    {
        _channels = cluster.Value.OrderedMembers.Where(member => member.Key != self.Id).ToFrozenDictionary(
            member => member.Key,
            member => factory.Create(
                member.Key,
                member.Value,
                cancellationToken => PeerAddress.ResolveAsync(resolver, member.Value, cancellationToken),
                answers));
        foreach (var channel in _channels.Values)
        {
            channel.Start();
        }
    }

    /// <summary>The stream to the node, connected or not; null when the node is no peer.</summary>
    public NodeChannel? Find(NodeId node) => _channels.GetValueOrDefault(node);

    public bool IsAlive(NodeId node) => Find(node) is { } channel && channel.Judge(_rule) != NodeLiveness.Dead;

    public bool IsReached(NodeId node) => Find(node) is { } channel && channel.Judge(_rule) == NodeLiveness.Alive;

    public bool IsCutOff(NodeId node) => !IsAlive(node) && FindRelay(node) is not null;

    public bool IsHandicapped(NodeId node) =>
        node == self.Id ? disk.Disk.IsHandicap : Find(node)?.Condition is { Disk.IsHandicap: true };

    /// <summary>The times of the syncs of the peers that answer, those without any left out.</summary>
    public IReadOnlyCollection<TimeSpan> SyncTimes =>
        [.. _channels.Values.Where(channel => IsReached(channel.Remote))
            .Select(static channel => channel.Condition?.Disk.SyncTime ?? default)
            .Where(static sync => sync > TimeSpan.Zero)];

    /// <summary>How this node is. Its links begin when it takes part, and reach nobody before.</summary>
    public NodeCondition Condition => new(
        [.. cluster.Value.OrderedMembers.Where(member => member.Key != self.Id && !IsReached(member.Key)).Select(member => member.Key)],
        disk.Disk);

    public long? LastHeard(NodeId node) => Find(node)?.LastHeard;

    public ulong? ProcessOf(NodeId node) => Find(node)?.RemoteIdentity?.ProcessId;

    /// <summary>Each peer, ordered by number, and whether it answers.</summary>
    public IReadOnlyList<KeyValuePair<NodeId, NodeLiveness>> JudgeAll() =>
        [.. _channels.OrderBy(link => link.Key).Select(link => KeyValuePair.Create(link.Key, link.Value.Judge(_rule)))];

    /// <summary>What waits to be sent to each peer, by the name of the peer.</summary>
    public IEnumerable<KeyValuePair<string, long>> WaitingBytes =>
        _channels.Values.Select(channel => KeyValuePair.Create(channel.Name, channel.WaitingBytes));

    public long LinkTo(NodeId node) => Find(node)?.Link ?? 0;

    public TimeSpan TimeToSend(NodeId to, int valueBytes) => Find(to)?.TimeToSend(valueBytes) ?? TimeSpan.Zero;

    public long TrySend(NodeId to, PeerRequest request, ActivityContext trace) => Find(to)?.TrySend(request, trace) ?? 0;

    public ValueTask<OperationReply> ExecuteAsync(NodeId to, OperationRequest request) =>
        request.RelayTo == NodeId.None && !IsAlive(to) && FindRelay(to) is { } relay
            ? new(ExecuteThroughAsync(relay, to, request))
            : Find(to)?.ExecuteAsync(request, CancellationToken.None)
            ?? new(new OperationReply(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum)));

    public async Task<(PeerIdentity From, TAnswer Answer)?> AskAsync<TAsk, TAnswer>(
        NodeId node, Question<TAsk, TAnswer> question, TAsk ask, CancellationToken cancellationToken)
    {
        if (Find(node) is not { IsConnected: true, RemoteIdentity: { } identity } channel)
        {
            return null;
        }

        return (identity, await channel.AskAsync(question, ask, cancellationToken));
    }

    /// <summary>The peer that answers the soonest of those that say that they reach the node; null where none does.</summary>
    private NodeChannel? FindRelay(NodeId node) =>
        _channels.Values.Where(channel => channel.Remote != node && channel.Condition?.Reaches(node) == true && IsReached(channel.Remote))
            .MinBy(static channel => channel.LastRoundTripTime);

    private static async Task<OperationReply> ExecuteThroughAsync(NodeChannel relay, NodeId to, OperationRequest request)
    {
        var reply = await relay.ExecuteAsync(request with { RelayTo = to }, CancellationToken.None);
        if (reply.Result.Reason == NotAppliedReason.NotReached)
        {
            relay.NoteUnreached(to);
        }

        return reply;
    }

    /// <summary>May be called again: the container knows these links by two names.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in Interlocked.Exchange(ref _channels, FrozenDictionary<NodeId, NodeChannel>.Empty).Values)
        {
            await channel.DisposeAsync();
        }
    }
}
