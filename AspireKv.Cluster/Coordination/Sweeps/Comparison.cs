using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>
/// Compares what replicas hold of the partition and makes it alike: anti-entropy, as in Dynamo (DeCandia and others, "Dynamo: Amazon's
/// Highly Available Key-value Store", 2007, section 4.7), with sums of buckets in the place of a tree. Each replica says the sums of its
/// buckets; of buckets that differ each lists its keys with their stamps, page by page; each key that is not alike everywhere is repaired
/// in its turn. A comparison belongs to one coordinator and ends with its ballot.
/// </summary>
/// <remarks>
/// Sums and lists may differ by what is under way; that costs a look at the key, and nothing is written for it. A comparison that comes to
/// a standstill is given up: one of its replicas may be gone.
/// </remarks>
internal sealed class Comparison : IRoundOwner, IRepairOwner
{
    private readonly Coordinator _coordinator;
    private readonly ulong _nodes;
    private readonly IRepairBudget _budget;
    private readonly Pace _pace;

    private readonly List<BucketSums> _sums = [];
    private readonly List<KeyPage> _pages = [];
    private readonly Queue<StoreKey> _toRepair = new();
    private readonly HashSet<RepairTask> _repairing = [];

    /// <summary>Keys of which a copy was refused.</summary>
    private readonly HashSet<StoreKey> _refused = [];

    /// <summary>Keys that could not be repaired just now.</summary>
    private readonly List<StoreKey> _putOff = [];

    /// <summary>The question to the replicas that waits for answers; null while keys are repaired.</summary>
    private Round? _question;

    private readonly bool _isMove;
    private BucketSet _different;

    /// <summary>All keys of these buckets up to this one are listed.</summary>
    private StoreKey _listedUpTo;

    private bool _isLastPage;
    private long _progress;
    private ComparisonResult _result;

    /// <param name="coordinator">Who holds the ballot.</param>
    /// <param name="nodes">The replicas to compare, the coordinator's own among them, as a set of voters.</param>
    /// <param name="budget">How fast entries may be sent.</param>
    /// <param name="isMove">
    /// True where the partition moves: every key is looked at, and what a quorum holds is left as it is. The replicas make up a quorum.
    /// </param>
    public Comparison(Coordinator coordinator, ulong nodes, IRepairBudget budget, bool isMove = false)
    {
        (_coordinator, _nodes, _budget, _isMove) = (coordinator, nodes, budget, isMove);
        _pace = new Pace(coordinator.Options, coordinator.Host.Now);
        coordinator.BeginToCompare();
        if (isMove)
        {
            _different = BucketSet.All;
            List(after: default);
        }
        else
        {
            _question = coordinator.AskAlone(nodes, coordinator.NewRequest(PeerRequestKind.Sum, default), this);
        }
    }

    /// <summary>The replicas that are compared, as a set of voters.</summary>
    public ulong Nodes => _nodes;

    /// <summary>True once nothing is left to be done, or the comparison was given up.</summary>
    public bool IsEnded { get; private set; }

    public ComparisonResult Result => _result;

    /// <summary>How many keys were listed so far, each once.</summary>
    public long Listed { get; private set; }

    /// <summary>Sends again what has no answer yet; gives up when nothing has moved for long.</summary>
    public void Tick(TimeSpan now)
    {
        switch (IsEnded ? PaceStep.None : _pace.Look(now, _progress))
        {
            case PaceStep.GiveUp:
                GiveUp();
                break;
            case PaceStep.Resend:
                Resend();
                break;
            default:
                GoOn();
                break;
        }
    }

    void IRepairOwner.OnAlike(RepairTask repair) => End(repair);

    void IRepairOwner.OnCopied(RepairTask repair, Entry entry)
    {
        _result = _result with { Copied = _result.Copied + 1, Bytes = _result.Bytes + entry.Value.Length };
        Spend(entry);
        End(repair);
    }

    void IRepairOwner.OnSettled(RepairTask repair, Entry entry)
    {
        _result = _result with { Settled = _result.Settled + 1, Bytes = _result.Bytes + entry.Value.Length };
        Spend(entry);
        End(repair);
    }

    void IRepairOwner.OnRefused(RepairTask repair)
    {
        _refused.Add(repair.Key);
        _toRepair.Enqueue(repair.Key);
        End(repair);
    }

    /// <summary>The key is tried again at the next resend.</summary>
    void IRepairOwner.OnPutOff(RepairTask repair)
    {
        _repairing.Remove(repair);
        _putOff.Add(repair.Key);
    }

    void IRoundOwner.OnAnswer(Round round, NodeId from, PeerResponse response)
    {
        if (response.Sums is { } sums)
        {
            _sums.Add(sums);
        }
        else if (response.Page is { } page)
        {
            _pages.Add(page);
        }
    }

    void IRoundOwner.OnMet(Round round)
    {
        _question = null;
        _progress++;
        if ((round.Votes & _nodes) != _nodes)
        {
            // A replica that lost its memory does not show what it held.
            GiveUp();
            return;
        }

        if (round.Request.Kind == PeerRequestKind.List)
        {
            TakePages();
            GoOn();
            return;
        }

        foreach (var sums in _sums.Skip(1))
        {
            _different = _different.Union(_sums[0].DifferencesFrom(sums));
        }

        _result = _result with { Buckets = _different.Count };
        if (_different.IsEmpty)
        {
            Complete();
        }
        else
        {
            List(after: default);
        }
    }

    /// <summary>
    /// What all pages cover is taken: up to the end of the shortest one. Of a page that goes further the rest is asked for again.
    /// </summary>
    private void TakePages()
    {
        var incomplete = _pages.Where(static page => !page.IsLast).ToArray();
        _isLastPage = incomplete.Length == 0;
        _listedUpTo = _isLastPage ? default : incomplete.Min(static page => page.UpTo);
        var shown = _pages.SelectMany(static page => page.Keys).Where(listed => _isLastPage || listed.Key <= _listedUpTo);
        foreach (var key in shown.GroupBy(static listed => listed.Key))
        {
            Listed++;
            if (key.Count() < _pages.Count || key.Distinct().Count() > 1)
            {
                _toRepair.Enqueue(key.Key);
            }
        }
    }

    private void GoOn()
    {
        while (!IsEnded && _repairing.Count < _coordinator.Options.CopiedKeys && _toRepair.Count > 0 && _budget.IsOpen)
        {
            var key = _toRepair.Dequeue();
            var repair = new RepairTask(key, _nodes, mayCopy: !_refused.Contains(key), _isMove, this);
            _repairing.Add(repair);
            _coordinator.Submit(repair);
        }

        if (IsEnded || _question is not null || _repairing.Count + _toRepair.Count + _putOff.Count > 0)
        {
            return;
        }

        if (_isLastPage)
        {
            Complete();
        }
        else
        {
            List(_listedUpTo);
        }
    }

    /// <summary>Ends before the end; the tasks under way give their turns back.</summary>
    private void GiveUp()
    {
        IsEnded = true;
        _coordinator.Doubt(_nodes);
        if (_question is not null)
        {
            _coordinator.Drop(_question);
        }

        foreach (var repair in _repairing.ToArray())
        {
            repair.Turn.GiveUp();
        }
    }

    private void Resend()
    {
        if (_question is not null)
        {
            _coordinator.SendAgain(_question);
            return;
        }

        foreach (var repair in _repairing.ToArray())
        {
            repair.Turn.AskAgain();
        }

        foreach (var key in _putOff)
        {
            _toRepair.Enqueue(key);
        }

        _putOff.Clear();
        GoOn();
    }

    private void List(StoreKey after)
    {
        _pages.Clear();
        _question = _coordinator.AskAlone(
            _nodes, _coordinator.NewRequest(PeerRequestKind.List, after) with { Buckets = _different }, this);
    }

    private void Spend(Entry entry) => _budget.Spend(entry.Value.Length);

    private void End(RepairTask repair)
    {
        _progress++;
        _repairing.Remove(repair);
        GoOn();
    }

    /// <summary>What differed is looked at once more before it counts as alike: the repair itself may have been missed.</summary>
    private void Complete()
    {
        IsEnded = true;
        _result = _result with { IsComplete = true };
        if (_result.IsAlike)
        {
            _coordinator.Trust(_nodes);
        }
        else
        {
            _coordinator.Doubt(_nodes);
        }
    }
}
