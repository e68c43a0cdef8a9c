using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace AspireKv.Gateway.Proxy;

/// <summary>Tells the proxy which nodes there are and which of them are alive, as the streams to them show it.</summary>
internal sealed class NodeHealthPublisher(
    NodeDirectory nodes,
    ClusterKnowledge knowledge,
    InMemoryConfigProvider config,
    IProxyStateLookup proxy,
    IClusterDestinationsUpdater destinations,
    TimeProvider time,
    ILogger<NodeHealthPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<NodeId, NodeLiveness> _published = [];
    private (ClusterTopology? Topology, NodeSet? Nodes) _publishedOf;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            PublishTopology();
            PublishHealth();
        }
    }

    /// <summary>Once the cluster is known, only its members are destinations.</summary>
    private void PublishTopology()
    {
        var present = (knowledge.View.Topology, Nodes: nodes.Current);
        if (present.Topology is { } topology && present != _publishedOf)
        {
            _publishedOf = present;
            var links = present.Nodes.All.Where(node => topology.Find(node.Id) is not null);
            config.Update(ProxyConfig.Routes, ProxyConfig.Clusters(links));
        }
    }

    private void PublishHealth()
    {
        if (!proxy.TryGetCluster(ProxyConfig.StorageCluster, out var cluster))
        {
            return;
        }

        var changed = false;
        foreach (var node in nodes.Current.All)
        {
            var liveness = node.Liveness;
            Report(node, liveness);
            var health = liveness == NodeLiveness.Alive ? DestinationHealth.Healthy : DestinationHealth.Unhealthy;
            if (cluster.Destinations.TryGetValue(node.Name, out var destination) && destination.Health.Passive != health)
            {
                destination.Health.Passive = health;
                changed = true;
            }
        }

        if (changed)
        {
            destinations.UpdateAvailableDestinations(cluster);
        }
    }

    private void Report(INodeLink node, NodeLiveness liveness)
    {
        var before = _published.GetValueOrDefault(node.Id, NodeLiveness.Dead);
        _published[node.Id] = liveness;
        if (before == liveness)
        {
            return;
        }

        if (liveness == NodeLiveness.Alive)
        {
            Log.NodeBack(logger, node.Name);
        }
        else if (before == NodeLiveness.Alive)
        {
            Log.NodeLost(logger, node.Name, liveness.ToString());
        }
    }
}
