using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>
/// Copies every key of the partition to one node: lists the keys of a quorum, page by page, and runs one <see cref="CopyTask"/> a key, a
/// few at a time. A sweep belongs to one coordinator and ends with its ballot.
/// </summary>
internal sealed class KeySweep(Coordinator coordinator, ulong target, int keysAtATime, Action done) : IRoundOwner, ICopyOwner
{
    private readonly Queue<StoreKey> _toCopy = new();
    private readonly HashSet<CopyTask> _copying = [];

    /// <summary>Keys that could not be copied just now.</summary>
    private readonly List<StoreKey> _putOff = [];

    /// <summary>What the voters answered to the page under way.</summary>
    private readonly List<KeyPage> _pages = [];

    /// <summary>The question for the next page; null while keys are copied.</summary>
    private Round? _listing;

    /// <summary>All keys up to this one are listed.</summary>
    private StoreKey _listedUpTo;

    private bool _isLastPage;

    /// <summary>How many answers brought the sweep on.</summary>
    public long Progress { get; private set; }

    /// <summary>Begins with the first key.</summary>
    public void Start() => List(after: default);

    /// <summary>Sends again what has no answer yet, and takes up what was put off.</summary>
    public void Resend()
    {
        if (_listing is not null)
        {
            coordinator.SendAgain(_listing);
            return;
        }

        foreach (var copy in _copying)
        {
            copy.Turn.AskAgain();
        }

        foreach (var key in _putOff)
        {
            _toCopy.Enqueue(key);
        }

        _putOff.Clear();
        GoOn();
    }

    /// <summary>Ends the sweep before its end; the tasks in its hands give their turns back.</summary>
    public void GiveUp()
    {
        if (_listing is not null)
        {
            coordinator.Drop(_listing);
        }

        foreach (var copy in _copying.ToArray())
        {
            copy.Turn.GiveUp();
        }
    }

    void ICopyOwner.OnCopied(CopyTask copy)
    {
        Progress++;
        _copying.Remove(copy);
        GoOn();
    }

    /// <summary>The key is tried again at the next <see cref="Resend"/>.</summary>
    void ICopyOwner.OnPutOff(CopyTask copy)
    {
        _copying.Remove(copy);
        _putOff.Add(copy.Key);
    }

    void IRoundOwner.OnAnswer(Round round, NodeId from, PeerResponse response)
    {
        if (!response.IsLearner && response.Page is { } page)
        {
            _pages.Add(page);
        }
    }

    void IRoundOwner.OnMet(Round round)
    {
        _listing = null;
        Progress++;
        TakePages();
        GoOn();
    }

    /// <summary>
    /// What all pages cover is listed: up to the end of the shortest one. Of a page that goes further the rest is asked for again.
    /// </summary>
    private void TakePages()
    {
        var incomplete = _pages.Where(page => !page.IsLast).ToArray();
        _isLastPage = incomplete.Length == 0;
        var end = _isLastPage ? default : incomplete.Min(page => page.UpTo);
        var keys = _pages.SelectMany(page => page.Keys).Select(listed => listed.Key);
        foreach (var key in keys.Where(key => _isLastPage || key <= end).Distinct())
        {
            _toCopy.Enqueue(key);
        }

        _listedUpTo = end;
    }

    private void GoOn()
    {
        while (_copying.Count < keysAtATime && _toCopy.TryDequeue(out var key))
        {
            var copy = new CopyTask(key, target, this);
            _copying.Add(copy);
            coordinator.Submit(copy);
        }

        if (_copying.Count + _toCopy.Count + _putOff.Count > 0 || _listing is not null)
        {
            return;
        }

        if (_isLastPage)
        {
            done();
        }
        else
        {
            List(_listedUpTo);
        }
    }

    private void List(StoreKey after)
    {
        _pages.Clear();
        _listing = coordinator.AskAll(
            coordinator.NewRequest(PeerRequestKind.List, after) with { Buckets = BucketSet.All }, this);
    }
}
