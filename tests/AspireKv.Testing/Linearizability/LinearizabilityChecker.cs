using AspireKv.Cluster.Operations;

namespace AspireKv.Testing.Linearizability;

/// <summary>What the checker found.</summary>
public enum Verdict
{
    Linearizable,
    NotLinearizable,

    /// <summary>The search was given up at its bound; the history is neither shown good nor bad.</summary>
    Undecided,
}

/// <summary>
/// Says whether the calls on one key can be put in one order that agrees with real time and with <see cref="Register"/>.
/// </summary>
/// <remarks>
/// The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with the memory of visited configurations of Lowe
/// ("Testing for Linearizability", 2017): calls and returns lie in one list by time; any call before the first return may come next; one
/// that is taken leaves the list; when none fits, the last one taken is put back. A write of unknown outcome has no return: it may be taken
/// at any time after its call, and once every answered call has found its place it need not be taken at all. Such writes are tried last,
/// since most of them never happened or did so at once. The same answered calls taken, with the same state, are not tried again with the
/// same or more unknown writes used up: what is left could only be less.
/// </remarks>
public sealed class LinearizabilityChecker
{
    private readonly long _maxConfigurations;
    private readonly Dictionary<Configuration, List<ulong[]>> _visited = [];
    private readonly Stack<Step> _taken = new();
    private readonly Node _head = new();
    private ulong[] _answeredTaken = [];
    private ulong[] _unknownTaken = [];
    private int _answeredLeft;
    private long _state = HistoryOperation.Absent;
    private long _configurations;

    private LinearizabilityChecker(long maxConfigurations) => _maxConfigurations = maxConfigurations;

    /// <param name="history">Calls on one key, in any order.</param>
    /// <param name="maxConfigurations">How many configurations to visit before giving up; each costs memory of one bit a call.</param>
    public static Verdict Check(IEnumerable<HistoryOperation> history, long maxConfigurations = 4_000_000)
    {
        var operations = history.Where(Register.Matters)
            .OrderBy(operation => operation.Invoked)
            .ThenBy(operation => operation.Id)
            .ToArray();
        return new LinearizabilityChecker(maxConfigurations).Search(operations);
    }

    private Verdict Search(HistoryOperation[] operations)
    {
        Link(operations);
        _answeredLeft = operations.Count(operation => operation.Outcome != OperationOutcome.Unknown);
        _answeredTaken = new ulong[(operations.Length + 63) / 64];
        _unknownTaken = new ulong[(operations.Length + 63) / 64];
        TakeReads();
        var candidate = _head.Next;
        var unknownsToo = false;
        while (_answeredLeft > 0)
        {
            if (candidate is null || candidate.IsReturn)
            {
                if (!unknownsToo)
                {
                    unknownsToo = true;
                    candidate = _head.Next;
                }
                else if (PutBack() is { } last)
                {
                    unknownsToo = last.IsUnknown;
                    candidate = last.Next;
                }
                else
                {
                    return Verdict.NotLinearizable;
                }
            }
            else if (candidate.IsUnknown == unknownsToo && TryTake(candidate))
            {
                if (_configurations > _maxConfigurations)
                {
                    return Verdict.Undecided;
                }

                TakeReads();
                candidate = _head.Next;
                unknownsToo = false;
            }
            else
            {
                candidate = candidate.Next;
            }
        }

        return Verdict.Linearizable;
    }

    /// <summary>Takes a write, or fails when its answer is impossible now or everything that could follow was tried before.</summary>
    private bool TryTake(Node node)
    {
        if (!Register.TryApply(_state, node.Operation!, out var next) || (node.IsUnknown && !IsWorthTaking(node, _state, next)))
        {
            return false;
        }

        Flip(node);
        if (!IsNew(_answeredTaken, _unknownTaken, next))
        {
            Flip(node);
            return false;
        }

        Take(node, next, isForced: false);
        return true;
    }

    /// <summary>
    /// Takes every answered call that fits now and changes nothing. There is no need to try what would happen otherwise: whatever order
    /// works without it also works with it in front.
    /// </summary>
    private void TakeReads()
    {
        for (var node = _head.Next; node is { IsReturn: false }; node = node.Next)
        {
            if (node.Operation!.Outcome is OperationOutcome.Found or OperationOutcome.NotFound or OperationOutcome.ConditionFailed
                && Register.TryApply(_state, node.Operation, out _))
            {
                Flip(node);
                Take(node, _state, isForced: true);
                node = _head;
            }
        }
    }

    private void Take(Node node, long next, bool isForced)
    {
        _answeredLeft -= node.IsUnknown ? 0 : 1;
        _taken.Push(new Step(node, _state, isForced));
        node.TakeOut();
        _state = next;
    }

    /// <summary>Undoes the last choice and all that followed from it; null when there was none.</summary>
    private Node? PutBack()
    {
        while (_taken.TryPop(out var last))
        {
            last.Node.PutBack();
            Flip(last.Node);
            _answeredLeft += last.Node.IsUnknown ? 0 : 1;
            _state = last.StateBefore;
            if (!last.IsForced)
            {
                return last.Node;
            }
        }

        return null;
    }

    private void Flip(Node node) => (node.IsUnknown ? _unknownTaken : _answeredTaken)[node.Index / 64] ^= 1UL << (node.Index % 64);

    /// <summary>An unknown write matters only if it changes something that somebody sees before the next blind write.</summary>
    private bool IsWorthTaking(Node unknown, long state, long next) =>
        next != state
        && (unknown.Operation!.Condition != ConditionKind.None || !_taken.TryPeek(out var last) || !last.Node.IsUnknown);

    private bool IsNew(ulong[] answeredTaken, ulong[] unknownTaken, long state)
    {
        var configuration = new Configuration(answeredTaken, state);
        if (!_visited.TryGetValue(configuration, out var tried))
        {
            _visited.Add(configuration.Copy(), tried = []);
        }
        else if (tried.Exists(earlier => IsSubset(earlier, unknownTaken)))
        {
            return false;
        }

        tried.Add((ulong[])unknownTaken.Clone());
        _configurations++;
        return true;
    }

    private static bool IsSubset(ulong[] inner, ulong[] outer)
    {
        for (var word = 0; word < inner.Length; word++)
        {
            if ((inner[word] & ~outer[word]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Link(HistoryOperation[] operations)
    {
        var nodes = new List<(long Time, bool IsReturn, Node Node)>(operations.Length * 2);
        for (var index = 0; index < operations.Length; index++)
        {
            var operation = operations[index];
            var call = new Node { Operation = operation, Index = index, IsUnknown = operation.Outcome == OperationOutcome.Unknown };
            nodes.Add((operation.Invoked, false, call));
            if (!call.IsUnknown)
            {
                call.Return = new Node { IsReturn = true };
                nodes.Add((operation.Returned, true, call.Return));
            }
        }

        // A call at the very time of a return is not after it: clocks are no finer than that.
        var previous = _head;
        foreach (var (_, _, node) in nodes.OrderBy(entry => entry.Time).ThenBy(entry => entry.IsReturn))
        {
            previous.Next = node;
            node.Previous = previous;
            previous = node;
        }
    }

    private readonly record struct Step(Node Node, long StateBefore, bool IsForced);

    /// <summary>A call or a return in the list by time.</summary>
    private sealed class Node
    {
        public HistoryOperation? Operation { get; init; }

        public int Index { get; init; }

        public bool IsUnknown { get; init; }

        public bool IsReturn { get; init; }

        public Node? Return { get; set; }

        public Node? Previous { get; set; }

        public Node? Next { get; set; }

        /// <summary>Takes the call and its return out of the list; both remember where they stood.</summary>
        public void TakeOut()
        {
            Unlink();
            Return?.Unlink();
        }

        /// <summary>Undoes the last <see cref="TakeOut"/>; in the reverse order only.</summary>
        public void PutBack()
        {
            Return?.Relink();
            Relink();
        }

        private void Unlink()
        {
            Previous!.Next = Next;
            if (Next is not null)
            {
                Next.Previous = Previous;
            }
        }

        private void Relink()
        {
            Previous!.Next = this;
            if (Next is not null)
            {
                Next.Previous = this;
            }
        }
    }

    private readonly struct Configuration(ulong[] taken, long state) : IEquatable<Configuration>
    {
        private readonly ulong[] _taken = taken;
        private readonly long _state = state;

        public Configuration Copy() => new((ulong[])_taken.Clone(), _state);

        public bool Equals(Configuration other) => _state == other._state && _taken.AsSpan().SequenceEqual(other._taken);

        public override bool Equals(object? obj) => obj is Configuration other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_state);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_taken.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
