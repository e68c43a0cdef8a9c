using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Membership;

/// <summary>
/// Asks the other members whether this node's files are the newest of it, and answers them the same, for as long as the node runs: first to
/// be let in, then to tell how far it came.
/// </summary>
internal sealed class LifeService(
    LifeRegister register,
    LocalNode self,
    KnownTopology topology,
    IPeerQuestions peers,
    IOptions<AdmissionOptions> options,
    TimeProvider time,
    ILogger<LifeService> logger) : BackgroundService, IQuestionHandler<LifeTidings, LifeTidings>
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Between two rounds with all others once everybody admitted this node.</summary>
    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The processes whose refusal was logged already.</summary>
    private readonly HashSet<(NodeId, ulong, LifeVerdict)> _told = [];

    private bool _isKnownToAll;

    /// <summary>Answers another member; off its read loop, since what it says may have to be stored first.</summary>
    public void OnAsked(Asked<LifeTidings, LifeTidings> asked) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            // The question of a process that is gone must not make it the node.
            if (!asked.From.IsConnected)
            {
                return;
            }

            Hear(asked.From.Identity, asked.Ask);
            if (register.TidingsFor(asked.From.Identity.Node) is { } tidings)
            {
                asked.Answer(tidings);
            }
        },
        null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(BeImpatientAsync(stoppingToken), TalkAsync(stoppingToken));
        }
        finally
        {
            // How far the others came is known for good when this node is back.
            Keep(register.StorePositions);
        }
    }

    private async Task BeImpatientAsync(CancellationToken stoppingToken)
    {
        while (register.TidingsFor(self.Id) is null)
        {
            await Task.Delay(AskInterval, time, stoppingToken);
        }

        await Task.Delay(options.Value.Patience, time, stoppingToken);
        register.EndPatience();
    }

    /// <summary>Talks to each other member, each in a loop of its own, so that one that does not answer holds up no other.</summary>
    private async Task TalkAsync(CancellationToken stoppingToken)
    {
        var talks = new Dictionary<NodeId, Task>();
        try
        {
            while (true)
            {
                foreach (var node in Others.Where(node => talks.GetValueOrDefault(node) is null or { IsCompleted: true }))
                {
                    talks[node] = TalkAsync(node, stoppingToken);
                }

                await Task.Delay(AskInterval, time, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(talks.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<NodeId> Others =>
        topology.Current?.Members.Select(static member => member.Identity.Id).Where(node => node != self.Id) ?? [];

    /// <summary>Talks to the node for as long as it is a member.</summary>
    private async Task TalkAsync(NodeId node, CancellationToken stoppingToken)
    {
        while (topology.Current?.Find(node) is not null)
        {
            try
            {
                await AskAsync(node, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever the fault was: a member that is not talked to any more lets this node in nowhere.
                Log.TalkFailed(logger, node.Value, exception);
            }

            await Task.Delay(register.IsComplete ? TellInterval : AskInterval, time, stoppingToken);
        }
    }

    private async Task AskAsync(NodeId node, CancellationToken stoppingToken)
    {
        if (register.TidingsFor(node) is not { } tidings)
        {
            return;
        }

        if (await peers.TryAskAsync(node, PeerQuestions.Life, tidings, AskTimeout, time, stoppingToken) is { } answer)
        {
            Hear(answer.From, answer.Answer);
            Keep(register.StorePositions);
        }
    }

    private void Hear(PeerIdentity from, LifeTidings tidings) => Keep(() =>
    {
        var verdict = register.Hear(from.Node, from.ProcessId, tidings);
        lock (_told)
        {
            if (verdict is LifeVerdict.Twin or LifeVerdict.Superseded && _told.Add((from.Node, from.ProcessId, verdict.Value)))
            {
                var reason = verdict == LifeVerdict.Twin ? "another process of that node speaks here" : "its files are old";
                Log.NotLetIn(logger, from.Node.Value, reason);
            }

            var isTwin = tidings.Judged == self.Process && tidings.Verdict == LifeVerdict.Twin;
            if (isTwin && _told.Add((from.Node, self.Process, LifeVerdict.Twin)))
            {
                Log.TwinElsewhere(logger, from.Node.Value, self.Name);
            }

            if (!_isKnownToAll && register.IsComplete)
            {
                _isKnownToAll = true;
                Log.KnownToAll(logger, self.Name);
            }
        }
    });

    /// <summary>What cannot be stored was not judged, and is asked again.</summary>
    private void Keep(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.LivesNotKept(logger, exception.Message);
        }
    }
}
