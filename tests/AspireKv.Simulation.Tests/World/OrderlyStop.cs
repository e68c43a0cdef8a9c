using AspireKv.Cluster.Operations;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// The end of a process that is asked to stop, in the order in which the product goes about it: the partitions are handed on, the peers are
/// sent away, and once nobody waits for an answer the process ends with all it placed on its disk. When its time is up it ends as it is.
/// </summary>
internal sealed class OrderlyStop(SimulatedCluster cluster, SimulatedNode node)
{
    /// <summary>Longer than a message takes on a sound link, too: the peers know who resigned before they are sent away.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Longer than a message takes on a sound link: what was under way to the node arrives, and so do its last answers, for which the
    /// product's peers wait.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(4);

    private readonly HashSet<object> _owed = [];
    private bool _hasStoodDown;
    private TimeSpan _until;
    private TimeSpan _staysUntil;
    private TimeSpan _down;

    /// <summary>True from the moment at which the process is asked to stop.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>True once the others know that the process is about to end: they ask it nothing more.</summary>
    public bool HasSentPeersAway { get; private set; }

    /// <summary>Takes note of a call that came in, until it is answered.</summary>
    public PendingCall Track(PendingCall call)
    {
        var debt = new object();
        _owed.Add(debt);
        return call with { Answer = Pay };

        void Pay(OperationResult result)
        {
            _owed.Remove(debt);
            _staysUntil = cluster.Events.Now + Linger;
            call.Answer(result);
        }
    }

    /// <param name="patience">After how long the process ends whatever is under way.</param>
    /// <param name="down">After how long another process starts.</param>
    public void Begin(TimeSpan patience, TimeSpan down)
    {
        if (IsUnderWay)
        {
            return;
        }

        (IsUnderWay, _until, _down) = (true, cluster.Events.Now + patience, down);
        if (cluster.Saboteur.SendsPeersAwayFirst)
        {
            SendPeersAway();
        }

        foreach (var partition in node.Partitions)
        {
            partition.State.StandDown();
        }

        Look();
    }

    /// <summary>Ends the process now.</summary>
    public void End() => node.Crash(_down, inOrder: true);

    private void Look()
    {
        var hadStoodDown = _hasStoodDown;
        _hasStoodDown = node.Partitions.All(partition => partition.State.HasStoodDown);
        if (hadStoodDown && !HasSentPeersAway)
        {
            SendPeersAway();
        }

        var isDone = _hasStoodDown && HasSentPeersAway && cluster.Events.Now >= _staysUntil && _owed.Count == 0;
        if (isDone || cluster.Events.Now >= _until)
        {
            End();
        }
        else
        {
            cluster.Events.AfterIn(node, LookInterval, Look);
        }
    }

    private void SendPeersAway()
    {
        cluster.Log($"node {node.Id} sends its peers away");
        HasSentPeersAway = true;
        _staysUntil = cluster.Events.Now + Linger;
    }
}
