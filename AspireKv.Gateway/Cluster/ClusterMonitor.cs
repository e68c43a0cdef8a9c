using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Cluster;

/// <summary>Asks every node what it knows, again and again, and sooner after an operation that went wrong.</summary>
internal sealed class ClusterMonitor(
    NodeDirectory nodes, ClusterKnowledge knowledge, IOptions<GatewayOptions> options, TimeProvider time, ILogger<ClusterMonitor> logger) : BackgroundService
{
    /// <summary>However many operations fail, the nodes are not asked more often than this.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _hurry = new(0, 1);
    private int _isHurried;

    /// <summary>Asks for a round now, since an answer was not what the gateway believed.</summary>
    public void Hurry()
    {
        if (Interlocked.Exchange(ref _isHurried, 1) == 0)
        {
            _hurry.Release();
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
            await WaitAsync(stoppingToken);
        }
    }

    internal async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(nodes.All.Select(node => AskAsync(node, cancellationToken)));
        var before = knowledge.View;
        var statuses = new Dictionary<NodeId, NodeStatus>(before.Statuses);
        foreach (var status in answers.OfType<NodeStatus>())
        {
            statuses[status.Self.Id] = status;
        }

        var founding = before.Founding ?? statuses.Values.Select(status => status.Founding).FirstOrDefault(record => record is not null);
        if (before.Founding is null && founding is not null)
        {
            Log.ClusterKnown(logger, founding.ClusterId, founding.Members.Count, founding.PartitionCount, founding.ReplicationFactor);
        }

        // The record never changes, so the view keeps the one it has and the answers' copies go.
        knowledge.Update(new ClusterView(founding, statuses));
        LearnHolders(answers);
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

    private async Task<NodeStatus?> AskAsync(INodeLink node, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Value.SuspectAfter, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await node.GetStatusAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (NodeUnreachableException)
        {
            return null;
        }
    }

    /// <summary>Of several nodes that say they hold a partition, the one with the highest ballot is right.</summary>
    private void LearnHolders(IEnumerable<NodeStatus?> answers)
    {
        var holders = new Dictionary<int, (Ballot Ballot, NodeId Node)>();
        foreach (var status in answers.OfType<NodeStatus>())
        {
            foreach (var partition in status.Partitions.Where(partition => partition.IsHolder))
            {
                if (!holders.TryGetValue(partition.Partition, out var known) || partition.Promised > known.Ballot)
                {
                    holders[partition.Partition] = (partition.Promised, status.Self.Id);
                }
            }
        }

        foreach (var (partition, holder) in holders)
        {
            knowledge.LearnHolder(partition, holder.Node);
        }
    }
}
