using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Runs what one process says and hears of lives: claims to be its node, judges the others, and lets nobody's messages in who is not
/// admitted.
/// </summary>
internal sealed class LifeTalk
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(9);

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedNode _node;
    private readonly LifeBook _book;
    private readonly Admission _admission;
    private readonly Dictionary<NodeId, (ulong Word, LifeVerdict Verdict)> _verdicts = [];
    private readonly Queue<Action> _waiting = new();
    private bool _isStoring;
    private long _storedNotes;

    public LifeTalk(SimulatedCluster cluster, SimulatedNode node)
    {
        _cluster = cluster;
        _node = node;
        var members = node.Disk.Founding!.Members;
        _book = new LifeBook(members, node.Disk.Lives, Silence);
        _admission = new Admission(node.Id, node.Process, [.. members.Select(member => member.Id)]);
    }

    public void Begin()
    {
        _cluster.Events.AfterIn(_node, Patience, () => _admission.IsPatienceOver = true);
        Ask();
    }

    public KnownLife? Find(NodeId node) => _book.Find(node);

    /// <summary>True once the process that the node runs is let in here.</summary>
    public bool Admits(SimulatedNode node) => _book.IsAdmitted(node.Id, node.Process);

    public bool MayVote(Quorum voters) => _admission.MayVote(voters);

    public bool IsKnown(Quorum voters) => _admission.IsKnown(voters);

    /// <summary>Whether the message is taken for the node's; an answer also shows how far the node came.</summary>
    public bool LetsIn(SimulatedNode from, NetworkMessage message)
    {
        var process = message is RequestMessage request ? request.Process : ((ResponseMessage)message).Process;
        if (!_book.IsAdmitted(from.Id, process))
        {
            return _cluster.Saboteur.LetsEverybodyVote;
        }

        if (message is ResponseMessage { Response: var response })
        {
            _book.Saw(from.Id, process, response.Position);
        }

        return true;
    }

    public void OnMessage(SimulatedNode from, LifeMessage message) => InTurn(() =>
    {
        var claim = message.Tidings.Claim;
        foreach (var life in message.Tidings.Known.Where(life => life.Node != _node.Id))
        {
            _book.Hear(life);
        }

        var verdict = _book.Judge(claim, _cluster.Events.Now);
        if (verdict == LifeVerdict.Admitted && !_book.IsAdmitted(from.Id, claim.Current.Word))
        {
            Store(() => Admit(from, message, verdict));
        }
        else
        {
            Conclude(from, message, verdict);
        }
    });

    private void Admit(SimulatedNode from, LifeMessage message, LifeVerdict verdict)
    {
        _book.Admit(message.Tidings.Claim, _cluster.Events.Now);
        Conclude(from, message, verdict);
    }

    private void Conclude(SimulatedNode from, LifeMessage message, LifeVerdict verdict)
    {
        _verdicts[from.Id] = (message.Tidings.Claim.Current.Word, verdict);
        _admission.OnTidings(from.Id, message.Tidings);
        if (_admission.IsSuperseded && !_cluster.Saboteur.LetsEverybodyVote)
        {
            _cluster.Log($"node {_node.Id} sets its old disk aside");
            _cluster.Events.AfterIn(_node, TimeSpan.Zero, () => _node.LoseDisk(TimeSpan.FromMilliseconds(1)));
            return;
        }

        if (!message.IsAnswer)
        {
            _cluster.Send(_node, from, new LifeMessage(Tidings(from), IsAnswer: true));
        }
    }

    /// <summary>Nothing is heard while the book is being stored, as under the product's lock.</summary>
    private void InTurn(Action action)
    {
        if (_isStoring)
        {
            _waiting.Enqueue(action);
        }
        else
        {
            action();
        }
    }

    private void Store(Action then)
    {
        _isStoring = true;
        KnownLife[] lives = [.. _book.All];
        _storedNotes = _book.Notes;
        _cluster.Events.AfterIn(_node, _cluster.Random.Milliseconds(0.1, 1), () =>
        {
            _node.Disk.Lives = lives;
            _isStoring = false;
            then();
            while (!_isStoring && _node.Lives == this && _waiting.TryDequeue(out var action))
            {
                action();
            }
        });
    }

    private void Ask()
    {
        foreach (var other in _cluster.Nodes.Where(other => other != _node))
        {
            _cluster.Send(_node, other, new LifeMessage(Tidings(other), IsAnswer: false));
        }

        if (!_isStoring && _storedNotes != _book.Notes)
        {
            Store(() => { });
        }

        _cluster.Events.AfterIn(_node, AskInterval, Ask);
    }

    private LifeTidings Tidings(SimulatedNode to)
    {
        var (word, verdict) = _verdicts.GetValueOrDefault(to.Id);
        var claim = new LifeClaim(_node.Id, _node.Self.Incarnation, _node.Disk.Starts, _node.Disk.SyncedPosition);
        return new LifeTidings(claim, _node.Disk.Lives, word, verdict);
    }
}
