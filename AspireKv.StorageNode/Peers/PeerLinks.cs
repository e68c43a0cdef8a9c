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
    KnownTopology topology,
    OwnDisk disk,
    IOptions<ClusterOptions> cluster,
    IOptions<LivenessOptions> liveness)
    : IPeers, IPeerQuestions, IOwnCondition, IAsyncDisposable
{
    private readonly LivenessRule _rule = new(liveness.Value.SuspectAfter, liveness.Value.DeadAfter);

    /// <summary>Held while the streams are replaced.</summary>
    private readonly Lock _gate = new();

    /// <summary>
    /// The streams of one topology: never changed, replaced whole. Whoever needs two of them together reads the field once.
    /// </summary>
    private volatile FrozenDictionary<NodeId, NodeChannel> _channels = FrozenDictionary<NodeId, NodeChannel>.Empty;

    private IPeerResponseHandler? _answers;
    private bool _isDisposed;

    /// <summary>
    /// Starts to connect: to the configured members, and from the moment on at which this node knows a topology to those of the newest one.
    /// To be called once.
    /// </summary>
    /// <param name="answers">Takes what the peers answer.</param>
    public void Start(IPeerResponseHandler answers)
    {
        _answers = answers;
        Replace([.. cluster.Value.OrderedMembers.Select(static member => (member.Key, member.Value, ""))]);
        topology.Listen(newest =>
        {
            // A node that is no member yet needs somebody to ask.
            if (newest.Find(self.Id) is not null)
            {
                Replace([.. newest.Members.Select(static member => (member.Identity.Id, member.Identity.Name, member.Address))]);
            }
        });
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

    /// <summary>How this node is.</summary>
    public NodeCondition Condition => new(
        [.. Members.Where(node => node != self.Id && !IsReached(node))],
        disk.Disk);

    /// <summary>Each peer with the version of the topology that it goes by, as far as it said.</summary>
    public IEnumerable<(NodeId Node, long Version)> TopologyVersions =>
        _channels.Values.Select(static channel => (channel.Remote, channel.TopologyVersion));

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
        FrozenDictionary<NodeId, NodeChannel> last;
        lock (_gate)
        {
            _isDisposed = true;
            (last, _channels) = (_channels, FrozenDictionary<NodeId, NodeChannel>.Empty);
        }

        foreach (var channel in last.Values)
        {
            await channel.DisposeAsync();
        }
    }

    private IEnumerable<NodeId> Members =>
        topology.Current?.Members.Select(static member => member.Identity.Id)
        ?? cluster.Value.OrderedMembers.Select(static member => member.Key);

    /// <summary>
    /// Has streams to these nodes, and to no others. The stream of a node that stays, under its name, stays open.
    /// </summary>
    private void Replace(IReadOnlyCollection<(NodeId Node, string Name, string Address)> members)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var before = _channels;
            var channels = new Dictionary<NodeId, NodeChannel>();
            foreach (var (node, name, address) in members.Where(member => member.Node != self.Id))
            {
                channels[node] = before.GetValueOrDefault(node) is { } channel && channel.Name == name
                    ? channel
                    : Open(node, name, address);
            }

            _channels = channels.ToFrozenDictionary();
            foreach (var gone in before.Values.Except(channels.Values))
            {
                _ = gone.DisposeAsync().AsTask();
            }
        }
    }

    private NodeChannel Open(NodeId node, string name, string address)
    {
        var channel = factory.Create(
            node, name, cancellationToken => PeerAddress.ResolveAsync(resolver, name, address, cancellationToken), _answers);
        channel.Start();
        return channel;
    }
}
