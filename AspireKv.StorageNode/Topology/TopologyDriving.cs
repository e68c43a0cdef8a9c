using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// Takes the topology further while this node coordinates the system partition: whatever <see cref="TopologyDriver"/> says is due.
/// Whichever node comes after goes on from what stands in the topology.
/// </summary>
internal sealed class TopologyDriving(
    SystemPartition system,
    KnownTopology known,
    LocalNode self,
    LifeRegister lives,
    HostedPartitions hosted,
    IPeers peers,
    IPeerQuestions questions,
    TimeProvider time,
    ILogger<TopologyDriving> logger)
    : BackgroundService, IQuestionHandler<MovesRequest, MovesResponse>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    private bool _wasCoordinator;

    public void OnAsked(Asked<MovesRequest, MovesResponse> asked) => asked.Answer(new MovesResponse(OwnMoves()));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DriveAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is TopologyUnavailableException or IOException or UnauthorizedAccessException)
            {
                Log.NotDriven(logger, exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever the fault was: nothing would move any more.
                Log.DriveFailed(logger, exception);
            }
        }
    }

    private async Task DriveAsync(CancellationToken stoppingToken)
    {
        if (!system.IsCoordinator)
        {
            _wasCoordinator = false;
            return;
        }

        if (!_wasCoordinator)
        {
            // The one before may have ended between writing a topology and telling anybody.
            await system.ReadAsync();
            _wasCoordinator = true;
        }

        if (known.Current is not { } topology)
        {
            return;
        }

        var facts = await GatherAsync(topology, stoppingToken);
        if (TopologyDriver.Next(topology, facts) is not null)
        {
            await system.ChangeAsync(present => TopologyDriver.Next(present, facts));
        }
    }

    private async Task<DriverFacts> GatherAsync(ClusterTopology topology, CancellationToken stoppingToken)
    {
        var alive = peers.LivingIn(topology, self.Id);
        var moves = topology.Partitions.Any(static partition => partition.IsMoving)
            ? await Task.WhenAll(alive.Select(node => MovesOfAsync(node, stoppingToken)))
            : [];
        return new DriverFacts
        {
            Lives = LivesIn(topology),
            Alive = alive,
            Swept = moves.SelectMany(static all => all).Where(static move => move.Progress.IsSwept)
                .Select(static move => new SweptPartition(move.Partition, move.Progress.Epoch)).ToHashSet(),
        };
    }

    /// <summary>Of this node too: whoever coordinates the system partition was let in by a quorum of its replicas.</summary>
    private Dictionary<NodeId, AdmittedLife> LivesIn(ClusterTopology topology)
    {
        var all = new Dictionary<NodeId, AdmittedLife>(lives.Admitted);
        if (topology.Find(self.Id) is { } own)
        {
            all[self.Id] = new AdmittedLife(self.Member.Incarnation, [own.Identity.Incarnation]);
        }

        return all;
    }

    private async Task<IReadOnlyList<MoveStatus>> MovesOfAsync(NodeId node, CancellationToken stoppingToken)
    {
        if (node == self.Id)
        {
            return OwnMoves();
        }

        var answer = await questions.TryAskAsync(node, PeerQuestions.Moves, default, AskTimeout, time, stoppingToken);
        return answer?.Answer.Moves ?? [];
    }

    private MoveStatus[] OwnMoves() =>
        [.. hosted.All.Select(static partition => (partition.Partition, partition.Move)).Where(static each => each.Move is not null)
            .Select(static each => new MoveStatus(each.Partition, each.Move!.Value))];
}
