using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// Learns of newer topologies: each frame of a peer says by which one it goes, and a peer that goes by a newer one is asked for it.
/// </summary>
internal sealed class TopologyFollower(
    KnownTopology known, PeerLinks links, IPeerQuestions peers, TimeProvider time, ILogger<TopologyFollower> logger)
    : BackgroundService, IQuestionHandler<TopologyRequest, TopologyResponse>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    public void OnAsked(Asked<TopologyRequest, TopologyResponse> asked) => asked.Answer(
        new TopologyResponse(known.Current is { } current && current.Version > asked.Ask.Known ? current : null));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        known.Listen(topology => Log.Believed(logger, topology.Version, topology.Generation, topology.Members.Count));
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (node, version) in links.TopologyVersions.OrderByDescending(static peer => peer.Version))
            {
                // Before this node belongs to a cluster, the founding tells it of one.
                if (known.Version > 0 && version > known.Version)
                {
                    await AskAsync(node, stoppingToken);
                }
            }
        }
    }

    private async Task AskAsync(NodeId node, CancellationToken stoppingToken)
    {
        var answer = await peers.TryAskAsync(
            node, PeerQuestions.Topology, new TopologyRequest(known.Version), AskTimeout, time, stoppingToken);
        try
        {
            if (answer is { Answer.Newer: { } newer })
            {
                known.Believe(newer);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.TopologyNotKept(logger, exception.Message);
        }
    }
}
