using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// Has this node made a member where the topology does not name its number, and makes members of others that ask. A new directory of a
/// known number needs nobody to ask: whoever drives the topology hears of it.
/// </summary>
internal sealed class Registration(
    KnownTopology known,
    SystemPartition system,
    LocalNode self,
    PeerLinks links,
    IPeerQuestions peers,
    IOptions<NodeOptions> options,
    IOptions<ClusterOptions> cluster,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<Registration> logger)
    : BackgroundService, IQuestionHandler<RegistrationRequest, RegistrationResponse>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(4);

    private string _lastRefusal = "";

    /// <summary>Off the read loop of the connection, since a quorum must be asked.</summary>
    public void OnAsked(Asked<RegistrationRequest, RegistrationResponse> asked) => _ = AnswerAsync(asked);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (known.Current is { } topology && IsToAsk(topology.Find(self.Id)))
            {
                await AskAsync(topology.Version, stoppingToken);
            }
        }
    }

    private bool IsOpen => cluster.Value.OpenToNewMembers ?? environment.IsDevelopment();

    private bool IsToAsk(TopologyMember? member) =>
        member is not { IsRegistered: true }
        || (options.Value.TakesShare && member.State == MemberState.Idle)
        || HasMoved(member);

    /// <summary>
    /// True where this life joined by registering, which tells an address, and has another one now. Lives that founded the cluster told
    /// none: all know them by configuration.
    /// </summary>
    private bool HasMoved(TopologyMember member) =>
        member.Identity == self.Member && member.Registered > FoundingTopology.Version
        && member.Address != options.Value.AdvertisedAddress;

    private async Task AskAsync(long version, CancellationToken stoppingToken)
    {
        var request = new RegistrationRequest(self.Member, options.Value.AdvertisedAddress, options.Value.TakesShare);
        foreach (var node in links.JudgeAll().Select(static peer => peer.Key))
        {
            var answer = await peers.TryAskAsync(node, PeerQuestions.Registration, request, AskTimeout, time, stoppingToken);
            if (answer is { Answer.Refusal: var refusal })
            {
                Note(refusal);
                return;
            }
        }

        Note($"no member answers, and version {version} of the topology does not name it");
    }

    private void Note(string refusal)
    {
        if (refusal.Length == 0)
        {
            Log.Registered(logger, self.Name);
        }
        else if (refusal != _lastRefusal)
        {
            Log.NotRegistered(logger, self.Name, refusal);
        }

        _lastRefusal = refusal;
    }

    private async Task AnswerAsync(Asked<RegistrationRequest, RegistrationResponse> asked)
    {
        var (sender, address) = (asked.Ask.Sender, asked.Ask.Address);
        if (sender.Id != asked.From.Identity.Node)
        {
            return;
        }

        try
        {
            TopologyRefusal? refusal = null;
            await system.ChangeAsync(topology =>
            {
                (var next, refusal) = TopologyChange.Register(topology, sender, address, IsOpen);
                return next;
            });
            if (refusal is null && asked.Ask.TakesShare)
            {
                await system.ChangeAsync(topology =>
                {
                    (var next, refusal) = Add(topology, sender.Id);
                    return next;
                });
            }

            asked.Answer(new RegistrationResponse(refusal?.Code ?? ""));
        }
        catch (Exception exception) when (exception is TopologyUnavailableException or IOException or UnauthorizedAccessException)
        {
            // The node asks again.
            Log.NotDriven(logger, exception.Message);
        }
        catch (Exception exception)
        {
            // Nobody waits for this task.
            Log.DriveFailed(logger, exception);
        }
    }

    /// <summary>Has the partitions spread anew, with the node among those that hold them.</summary>
    private (ClusterTopology? Next, TopologyRefusal? Refusal) Add(ClusterTopology topology, NodeId node)
    {
        if (topology.Find(node)?.State != MemberState.Idle)
        {
            return default;
        }

        var outcome = TopologyPlanner.Plan(topology, [new AddWish(node)], new PlanFacts { Alive = links.LivingIn(topology, self.Id) });
        return outcome.Plan is { } plan ? TopologyChange.Commit(topology, plan) : (null, outcome.Refusal);
    }
}
