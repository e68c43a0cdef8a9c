using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Knowledge;

/// <summary>
/// Asks every node what it knows, again and again: sooner after an operation that went wrong, and while the cluster is not known.
/// </summary>
public sealed class ClusterMonitor(
    NodeDirectory nodes,
    NodeSurvey survey,
    ClusterKnowledge knowledge,
    IOptions<AccessOptions> options,
    TimeProvider time,
    ILogger<ClusterMonitor> logger) : BackgroundService
{
    /// <summary>However many operations fail, the nodes are not asked more often than this.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan CatchUpPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _hurry = new(0, 1);
    private int _isHurried;

    /// <summary>Asks for a round now, since an answer was not what this process believed.</summary>
    public void Hurry()
    {
        if (Interlocked.Exchange(ref _isHurried, 1) == 0)
        {
            _hurry.Release();
        }
    }

    /// <summary>
    /// Waits until this process goes by the topology of that version or a newer one, so that who changed it reads it as changed.
    /// </summary>
    /// <param name="version">The version.</param>
    /// <param name="patience">How long to wait at most.</param>
    public async Task CatchUpAsync(long version, TimeSpan patience)
    {
        var started = time.GetTimestamp();
        while ((knowledge.View.Topology?.Version ?? 0) < version && time.GetElapsedTime(started) < patience)
        {
            Hurry();
            await Task.Delay(CatchUpPause, time);
        }
    }

    /// <summary>Asks every node once, and takes what the answers say.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        var answers = await survey.AskAllAsync(
            static (node, cancelled) => node.GetStatusAsync(cancelled), options.Value.SuspectAfter, cancellationToken);
        var wasKnown = knowledge.View.Founding is not null;
        knowledge.Take([.. answers.Select(static answer => answer.Answer).OfType<NodeStatus>()]);
        if (!wasKnown && knowledge.View.Founding is { } founding)
        {
            Log.ClusterKnown(logger, founding.ClusterId, founding.Members.Count, founding.PartitionCount, founding.ReplicationFactor);
        }

        await FollowTopologyAsync(cancellationToken);
    }

    /// <summary>Asks a node that goes by a newer topology than this process for it, and has links to its members from then on.</summary>
    private async Task FollowTopologyAsync(CancellationToken cancellationToken)
    {
        while (knowledge.View.Topology is { } known
            && nodes.Current.All.MaxBy(static node => node.TopologyVersion) is { } node && node.TopologyVersion > known.Version)
        {
            var told = await survey.AskAsync(
                node,
                (asked, cancelled) => asked.GetTopologyAsync(known.Version, cancelled),
                options.Value.SuspectAfter,
                cancellationToken);
            if (told?.Newer is not { } newer || !knowledge.Take(newer))
            {
                return;
            }

            await nodes.ChangeAsync(newer.Members.ToDictionary(
                static member => member.Id, static member => (member.Identity.Name, member.Address)));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _hurry.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RunRoundAsync(stoppingToken);
            await Task.Delay(ShortestPause, time, stoppingToken);
            if (knowledge.View.Founding is not null)
            {
                await WaitAsync(stoppingToken);
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var interval = new CancellationTokenSource(options.Value.StatusInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, cancellationToken);
        try
        {
            await _hurry.WaitAsync(either.Token);
            Volatile.Write(ref _isHurried, 0);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over and nobody was in a hurry.
        }
    }
}
