using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Lives;

/// <summary>
/// What a node remembers of the lives of the others, and its judgement on who may speak for them. A directory that was put back, or copied,
/// is known by it: its chain of starts does not reach what the node was seen to have come to.
/// </summary>
/// <remarks>
/// Pure. The host stores <see cref="All"/> before it gives a verdict that changed <see cref="Version"/>, and only then calls
/// <see cref="Admit"/>. What is remembered only grows, so a book that is itself older than it should be misses something and never accuses
/// falsely.
/// </remarks>
public sealed class LifeBook
{
    private readonly SortedDictionary<NodeId, KnownLife> _known = [];

    private readonly Dictionary<NodeId, ulong> _admitted = [];

    /// <summary>When the admitted process of a node last spoke for itself.</summary>
    private readonly Dictionary<NodeId, TimeSpan> _heardAt = [];

    private readonly TimeSpan _silence;

    private HashSet<NodeId> _members;

    /// <param name="members">The members as the topology has them.</param>
    /// <param name="stored">What this node remembers.</param>
    /// <param name="silence">A process that did not speak for so long stands in no other's way.</param>
    public LifeBook(IEnumerable<Member> members, IEnumerable<KnownLife> stored, TimeSpan silence)
    {
        _members = [];
        foreach (var member in members)
        {
            _members.Add(member.Id);
            _known[member.Id] = new KnownLife(member.Id, member.Incarnation, [], []);
        }

        foreach (var life in stored)
        {
            _known[life.Node] = life;
        }

        _silence = silence;
    }

    /// <summary>Everything to be stored.</summary>
    public IReadOnlyCollection<KnownLife> All => _known.Values;

    /// <summary>The process of each node whose messages are taken for the node's.</summary>
    public IReadOnlyDictionary<NodeId, ulong> Admitted => _admitted;

    /// <summary>Higher after every change that must be durable before anybody is told of it.</summary>
    public long Version { get; private set; }

    /// <summary>Higher after every change, also of positions alone, which may be stored later.</summary>
    public long Notes { get; private set; }

    public KnownLife? Find(NodeId node) => _known.GetValueOrDefault(node);

    /// <summary>
    /// Takes the members as the topology has them. A life that was registered is the node's, unless this node knows that it is over. Of who
    /// is no member any more the lives stay known, since the number may be used again and the old files may come back.
    /// </summary>
    public void Follow(IReadOnlyCollection<Member> members)
    {
        foreach (var member in members)
        {
            if (!_known.TryGetValue(member.Id, out var known))
            {
                _known[member.Id] = new KnownLife(member.Id, member.Incarnation, [], []);
                Version++;
                Notes++;
            }
            else if (known.Incarnation != member.Incarnation && !known.Past.Contains(member.Incarnation))
            {
                Replace(Succeed(known, member.Incarnation));
                _admitted.Remove(member.Id);
            }
        }

        _members = [.. members.Select(static member => member.Id)];
        foreach (var gone in _admitted.Keys.Except(_members).ToArray())
        {
            _admitted.Remove(gone);
        }
    }

    /// <summary>True when messages of this process are taken for the node's.</summary>
    public bool IsAdmitted(NodeId node, ulong word) => _admitted.TryGetValue(node, out var admitted) && admitted == word;

    /// <summary>True when the incarnation was replaced by another one.</summary>
    public bool IsPast(NodeId node, ulong incarnation) => Find(node) is { } known && known.Past.Contains(incarnation);

    /// <summary>Judges the process that speaks for a node, and remembers what it shows.</summary>
    public LifeVerdict Judge(LifeClaim claim, TimeSpan now)
    {
        if (!_members.Contains(claim.Node) || Find(claim.Node) is not { } known)
        {
            return LifeVerdict.Stranger;
        }

        var current = claim.Current;
        if (_admitted.TryGetValue(claim.Node, out var admitted) && admitted != current.Word
            && _heardAt.TryGetValue(claim.Node, out var heardAt) && now - heardAt < _silence)
        {
            return LifeVerdict.Twin;
        }

        if (claim.Incarnation != known.Incarnation)
        {
            if (known.Past.Contains(claim.Incarnation))
            {
                return LifeVerdict.Superseded;
            }

            known = Succeed(known, claim.Incarnation);
        }
        else if (!known.Marks.All(claim.Reaches))
        {
            return LifeVerdict.Superseded;
        }

        var seen = known.Marks.Where(mark => mark.Word == current.Word).Select(mark => mark.Position).DefaultIfEmpty().Max();
        var mark = new LifeMark(current.Number, current.Word, Math.Max(seen, claim.Position));
        Replace(known with { Marks = [mark] });
        if (admitted == current.Word)
        {
            _heardAt[claim.Node] = now;
        }

        return LifeVerdict.Admitted;
    }

    /// <summary>The verdict is durable: messages of the process are taken from now on, and those of no other.</summary>
    public void Admit(LifeClaim claim, TimeSpan now)
    {
        _admitted[claim.Node] = claim.Current.Word;
        _heardAt[claim.Node] = now;
    }

    /// <summary>The connection of the process is gone: the process stands in no other's way.</summary>
    public void Gone(NodeId node, ulong word)
    {
        if (IsAdmitted(node, word))
        {
            _heardAt.Remove(node);
        }
    }

    /// <summary>An answer of the process showed that everything up to the position is durable.</summary>
    public void Saw(NodeId node, ulong word, long position)
    {
        if (Find(node) is { } known && known.Marks.Any(mark => mark.Word == word && mark.Position < position))
        {
            Replace(known with
            {
                Marks = [.. known.Marks.Select(mark =>
                    mark.Word == word && mark.Position < position ? mark with { Position = position } : mark)],
            });
        }
    }

    /// <summary>Takes in what another node knows, which only ever makes the judgement stricter.</summary>
    public void Hear(KnownLife told)
    {
        if (Find(told.Node) is not { } known)
        {
            return;
        }

        ulong[] past = [.. known.Past.Union(told.Past)];
        if (told.Incarnation != known.Incarnation)
        {
            // An incarnation that one of two memories calls past is past. Where each calls the other's past, the own memory counts.
            var isReplaced = told.Past.Contains(known.Incarnation) && !known.Past.Contains(told.Incarnation);
            var (incarnation, marks) = isReplaced ? (told.Incarnation, told.Marks) : (known.Incarnation, known.Marks);
            var others = past.Where(each => each != incarnation).TakeLast(KnownLife.MaxPast);
            Replace(new KnownLife(known.Node, incarnation, marks, [.. others]));
            return;
        }

        var all = known.Marks.Concat(told.Marks).GroupBy(mark => (mark.Number, mark.Word))
            .Select(same => same.MaxBy(mark => mark.Position)).OrderBy(mark => mark.Number).TakeLast(KnownLife.MaxMarks);
        Replace(known with { Marks = [.. all], Past = [.. past.TakeLast(KnownLife.MaxPast)] });
    }

    private static KnownLife Succeed(KnownLife known, ulong incarnation) =>
        new(known.Node, incarnation, [], [.. known.Past.TakeLast(KnownLife.MaxPast - 1), known.Incarnation]);

    private void Replace(KnownLife life)
    {
        var known = _known[life.Node];
        var isSame = known.Incarnation == life.Incarnation
            && known.Past.SequenceEqual(life.Past)
            && known.Marks.Select(mark => (mark.Number, mark.Word)).SequenceEqual(life.Marks.Select(mark => (mark.Number, mark.Word)));
        if (isSame && known.Marks.SequenceEqual(life.Marks))
        {
            return;
        }

        _known[life.Node] = life;
        Notes++;
        if (isSame)
        {
            return;
        }

        Version++;
        if (_admitted.TryGetValue(life.Node, out var admitted) && life.Marks.Count > 0 && life.Marks[^1].Word != admitted)
        {
            // A later start is known: the process that was admitted is not the node any more, until it proves to be.
            _admitted.Remove(life.Node);
        }
    }
}
