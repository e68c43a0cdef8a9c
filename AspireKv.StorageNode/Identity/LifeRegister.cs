using System.Collections.Concurrent;
using System.Collections.Frozen;
using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>
/// What this node knows of lives, over its disk: the pure <see cref="LifeBook"/> and <see cref="Admission"/>, and the order in which they
/// are stored and told. Nobody is told a verdict that is not durable, and nobody's messages are taken before.
/// </summary>
internal sealed class LifeRegister(LocalNode self, StorageEngine engine, TimeProvider time, IOptions<AdmissionOptions> options) : ILives
{
    private readonly TaskCompletionSource<string> _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Guards the book, and is held while it is stored.</summary>
    private readonly Lock _gate = new();

    /// <summary>Guards the admission; never held for long, since partitions ask.</summary>
    private readonly Lock _admissionGate = new();

    private readonly Dictionary<NodeId, (ulong Word, LifeVerdict Verdict)> _verdicts = [];

    /// <summary>The processes whose connections ended, for the book to hear of before it judges again.</summary>
    private readonly ConcurrentQueue<(NodeId Node, ulong Process)> _gone = new();

    /// <summary>The processes that are taken for their nodes; never changed, replaced whole.</summary>
    private volatile FrozenDictionary<NodeId, Speaker> _speakers = FrozenDictionary<NodeId, Speaker>.Empty;

    private LifeBook? _book;
    private Admission? _admission;
    private long _storedNotes;

    /// <summary>Ends, with what is wrong, once another node knows that the files of this one are old.</summary>
    public Task<string> Superseded => _superseded.Task;

    /// <summary>True once all others admitted this start.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_admissionGate)
            {
                return _admission is { IsComplete: true };
            }
        }
    }

    /// <summary>Judges, and is judged by, the members as this topology has them.</summary>
    public void Follow(ClusterTopology topology)
    {
        Member[] members = [.. topology.Members.Select(static member => member.Identity)];

        // First what hears the verdicts: others are heard once there is a book.
        lock (_admissionGate)
        {
            _admission ??= new Admission(self.Id, self.Process, []);
            _admission.Follow([.. members.Select(static member => member.Id)]);
        }

        lock (_gate)
        {
            _book ??= new LifeBook(members, engine.Lives.Known, options.Value.Silence);
            _book.Follow(members);
            PublishSpeakers();
        }
    }

    /// <summary>The lives of the other members that speak for them here, with those that they replaced.</summary>
    public IReadOnlyDictionary<NodeId, AdmittedLife> Admitted
    {
        get
        {
            lock (_gate)
            {
                return _book is null
                    ? new Dictionary<NodeId, AdmittedLife>()
                    : _book.All.Where(life => life.Node != self.Id && _book.Admitted.ContainsKey(life.Node))
                        .ToDictionary(static life => life.Node, static life => new AdmittedLife(life.Incarnation, life.Past));
            }
        }
    }

    /// <summary>From now on nobody is waited for who does not answer.</summary>
    public void EndPatience()
    {
        lock (_admissionGate)
        {
            _admission!.IsPatienceOver = true;
        }
    }

    /// <summary>What to tell this node now; null before there is a cluster.</summary>
    public LifeTidings? TidingsFor(NodeId node)
    {
        lock (_gate)
        {
            if (_book is null)
            {
                return null;
            }

            var (word, verdict) = _verdicts.GetValueOrDefault(node);
            var claim = new LifeClaim(self.Id, self.Member.Incarnation, engine.Lives.Starts, engine.DurablePosition);
            return new LifeTidings(claim, [.. engine.Lives.Known], word, verdict);
        }
    }

    /// <summary>Takes in what the process says of itself, of others, and of this node. Waits for the disk where it must.</summary>
    /// <returns>What it judged, for the log.</returns>
    /// <exception cref="IOException">The disk failed; nothing was judged.</exception>
    public LifeVerdict? Hear(NodeId from, ulong process, LifeTidings tidings)
    {
        if (tidings.Claim.Node != from || tidings.Claim.Current.Word != process)
        {
            return null;
        }

        LifeVerdict verdict;
        lock (_gate)
        {
            if (_book is null)
            {
                return null;
            }

            FoldPositions();
            while (_gone.TryDequeue(out var gone))
            {
                _book.Gone(gone.Node, gone.Process);
            }

            foreach (var life in tidings.Known.Where(life => life.Node != self.Id))
            {
                _book.Hear(life);
            }

            var now = time.GetElapsedTime(0);
            verdict = _book.Judge(tidings.Claim, now);
            PublishSpeakers();
            if (verdict == LifeVerdict.Admitted && !_book.IsAdmitted(from, process))
            {
                StoreBook();
                _book.Admit(tidings.Claim, now);
                PublishSpeakers();
            }

            _verdicts[from] = (process, verdict);
        }

        Heed(from, tidings);
        return verdict;
    }

    /// <summary>Keeps durably how far the others came, if that is not known yet.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void StorePositions()
    {
        lock (_gate)
        {
            if (_book is not null)
            {
                FoldPositions();
                if (_book.Notes != _storedNotes)
                {
                    StoreBook();
                }
            }
        }
    }

    public bool TakesFrom(NodeId node, ulong process) => _speakers.TryGetValue(node, out var speaker) && speaker.Word == process;

    public void Saw(NodeId node, ulong process, long position)
    {
        if (_speakers.TryGetValue(node, out var speaker) && speaker.Word == process)
        {
            speaker.Saw(position);
        }
    }

    public void Gone(NodeId node, ulong process)
    {
        if (TakesFrom(node, process))
        {
            _gone.Enqueue((node, process));
        }
    }

    public bool MayVote(Quorum voters)
    {
        lock (_admissionGate)
        {
            return _admission?.MayVote(voters) ?? false;
        }
    }

    public bool IsKnown(Quorum voters)
    {
        lock (_admissionGate)
        {
            return _admission?.IsKnown(voters) ?? false;
        }
    }

    private void Heed(NodeId from, LifeTidings tidings)
    {
        bool isSuperseded;
        lock (_admissionGate)
        {
            _admission!.OnTidings(from, tidings);
            isSuperseded = _admission.IsSuperseded;
        }

        if (IsComplete)
        {
            engine.Lives.DropEarlierStarts();
        }

        // The machine itself may have been put back to an earlier moment, with this process in its memory: then the word is the right one,
        // and what was seen is beyond what there is.
        var seen = tidings.Known.Where(life => life.Node == self.Id && life.Incarnation == self.Member.Incarnation)
            .SelectMany(life => life.Marks).Where(mark => mark.Word == self.Process).Select(mark => mark.Position);
        if (isSuperseded || seen.Any(position => position > engine.DurablePosition))
        {
            var reason = $"Node {from} saw newer files of this node than these, which were put back or copied.";
            if (_superseded.TrySetResult(reason))
            {
                engine.Lives.Forsake(reason);
            }
        }
    }

    private void StoreBook()
    {
        var notes = _book!.Notes;
        engine.Lives.Keep([.. _book.All]);
        _storedNotes = notes;
    }

    private void FoldPositions()
    {
        foreach (var (node, speaker) in _speakers)
        {
            _book!.Saw(node, speaker.Word, speaker.Position);
        }
    }

    private void PublishSpeakers()
    {
        var isSame = _book!.Admitted.Count == _speakers.Count && _book.Admitted.All(admitted => TakesFrom(admitted.Key, admitted.Value));
        if (!isSame)
        {
            _speakers = _book.Admitted.ToFrozenDictionary(admitted => admitted.Key, admitted => new Speaker(admitted.Value));
        }
    }

    /// <summary>A process that is taken for its node, and how far it was seen to have come.</summary>
    private sealed class Speaker(ulong word)
    {
        private long _position;

        public ulong Word => word;

        public long Position => Volatile.Read(ref _position);

        public void Saw(long position)
        {
            var known = Volatile.Read(ref _position);
            while (position > known)
            {
                var before = Interlocked.CompareExchange(ref _position, position, known);
                if (before == known)
                {
                    return;
                }

                known = before;
            }
        }
    }
}
