using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination;

/// <summary>
/// Gives a replica that lost its memory everything that was committed, and makes it a voter again. It belongs to one coordinator and ends with its ballot:
/// the next one begins anew.
/// </summary>
/// <remarks>
/// The coordinator took its ballot after it knew of the learner, so no vote of the learner's former self counts under it. Rebuild empties the learner; a
/// quorum of voters lists its keys, in pages; each key is settled and committed under a new stamp by a quorum of voters and by the learner; Rebuilt makes it a
/// voter. Writes that come meanwhile are committed by voters alone and need not reach the learner: a quorum that counts it later overlaps with theirs.
/// </remarks>
internal sealed class LearnerRebuild
{
    private readonly CoordinatorState _coordinator;
    private readonly CoordinatorOptions _options;
    private readonly Queue<StoreKey> _toCopy = new();
    private readonly HashSet<PendingTask> _copying = [];

    /// <summary>Keys that could not be copied just now.</summary>
    private readonly List<StoreKey> _putOff = [];

    /// <summary>The step that waits for answers; null while keys are copied.</summary>
    private Round? _step;

    /// <summary>All keys up to this one are listed.</summary>
    private StoreKey _listedUpTo;

    private bool _isLastPage;
    private TimeSpan _sentAt;

    public LearnerRebuild(CoordinatorState coordinator, NodeId learner, ulong incarnation, CoordinatorOptions options)
    {
        _coordinator = coordinator;
        _options = options;
        Learner = learner;
        Incarnation = incarnation;
    }

    public NodeId Learner { get; }

    public ulong Incarnation { get; }

    public void Start(TimeSpan now)
    {
        _sentAt = now;
        _step = _coordinator.Ask(PeerRequestKind.Rebuild, this);
    }

    /// <summary>Sends again what has no answer yet, and takes up what was put off.</summary>
    public void Tick(TimeSpan now)
    {
        if (now - _sentAt < _options.RebuildResendInterval)
        {
            return;
        }

        _sentAt = now;
        if (_step is not null)
        {
            _coordinator.SendAgain(_step);
            return;
        }

        foreach (var copy in _copying)
        {
            _coordinator.Resend(copy);
        }

        foreach (var key in _putOff)
        {
            _toCopy.Enqueue(key);
        }

        _putOff.Clear();
        GoOn();
    }

    public void OnStepDone(Round step)
    {
        _step = null;
        switch (step.Request.Kind)
        {
            case PeerRequestKind.Rebuild:
                _step = _coordinator.Ask(PeerRequestKind.List, this);
                break;
            case PeerRequestKind.List:
                TakePage(step.Pages!);
                GoOn();
                break;
            default:
                _coordinator.EndRebuild();
                break;
        }
    }

    public void OnCopied(PendingTask copy)
    {
        _copying.Remove(copy);
        GoOn();
    }

    /// <summary>The key could not be copied now; it is tried again at the next <see cref="Tick"/>.</summary>
    public void OnPutOff(PendingTask copy)
    {
        _copying.Remove(copy);
        _putOff.Add(copy.Key);
    }

    /// <summary>
    /// What all pages cover is listed: up to the end of the shortest one. Of a page that goes further the rest is asked for again.
    /// </summary>
    private void TakePage(List<KeyPage> pages)
    {
        var incomplete = pages.Where(page => !page.IsLast).ToArray();
        _isLastPage = incomplete.Length == 0;
        var end = _isLastPage ? default : incomplete.Min(page => page.Keys[^1]);
        foreach (var key in pages.SelectMany(page => page.Keys).Where(key => _isLastPage || key <= end).Distinct())
        {
            _toCopy.Enqueue(key);
        }

        _listedUpTo = end;
    }

    private void GoOn()
    {
        while (_copying.Count < _options.CopiedKeys && _toCopy.TryDequeue(out var key))
        {
            var copy = new PendingCopy(key, this);
            _copying.Add(copy);
            _coordinator.Submit(copy);
        }

        if (_copying.Count + _toCopy.Count + _putOff.Count == 0 && _step is null)
        {
            _step = _isLastPage
                ? _coordinator.Ask(PeerRequestKind.Rebuilt, this)
                : _coordinator.Ask(PeerRequestKind.List, this, _listedUpTo);
        }
    }
}
