using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>
/// How a cluster comes to be, as one node sees it: once every founding member has answered and none knows of a founding, the member with
/// the lowest id writes the founding record, and every member that holds the record offers it until all do. Pure; a crash at any point ends
/// in the same cluster, since the record is durable at the founder before anybody hears of it.
/// </summary>
public sealed class FoundingState
{
    private readonly IReadOnlyList<NodeId> _members;
    private readonly Func<IReadOnlyList<Member>, FoundingRecord> _found;
    private readonly bool _forgot;

    /// <summary>The founding members that said in this life of the process that they know of no founding.</summary>
    private readonly Dictionary<NodeId, Member> _unfounded = [];

    /// <summary>The founding members known to hold the record.</summary>
    private readonly HashSet<NodeId> _holders = [];

    /// <param name="self">This node, with the incarnation of its directory.</param>
    /// <param name="members">The ids of all founding members, this one included.</param>
    /// <param name="stored">The record in this node's directory, or null.</param>
    /// <param name="found">Makes the record for these members; called once at most, at the founder.</param>
    /// <param name="forgot">True when this node had files that became unreadable, so that a founding may be what it does not know
    /// of.</param>
    public FoundingState(
        Member self,
        IReadOnlyList<NodeId> members,
        FoundingRecord? stored,
        Func<IReadOnlyList<Member>, FoundingRecord> found,
        bool forgot = false)
    {
        Self = self;
        _members = [.. members.Order()];
        Record = stored;
        _found = found;
        _forgot = forgot;
        ConsiderFounding();
    }

    public Member Self { get; }

    /// <summary>The record that this node holds durably, or null.</summary>
    public FoundingRecord? Record { get; private set; }

    /// <summary>
    /// A record that the host must store durably and then report with <see cref="OnStored"/>; null when there is nothing to store.
    /// </summary>
    public FoundingRecord? ToStore { get; private set; }

    /// <summary>False when the record names another incarnation of this node: it lost its memory and must not vote.</summary>
    public bool IsNamed => Record?.Find(Self.Id)?.Incarnation == Self.Incarnation;

    /// <summary>The founding members that this node still has something to ask or to tell.</summary>
    public IEnumerable<NodeId> Outstanding =>
        _members.Where(member => member != Self.Id && (Record is null || !_holders.Contains(member)));

    public FoundingRequest CreateRequest() => new(Self, Record);

    /// <summary>Takes note of a request. Answer with <see cref="CreateResponse"/> after <see cref="ToStore"/>, if any, is stored.</summary>
    /// <remarks>
    /// That a member knows of no founding is believed only as an answer: a request may be older than a founding that this node, its disk
    /// lost, knows nothing of.
    /// </remarks>
    public void OnRequest(FoundingRequest request)
    {
        if (request.Record is not null)
        {
            Learn(request.Sender, request.Record);
        }
        else
        {
            _holders.Remove(request.Sender.Id);
        }
    }

    /// <summary>Null where this node can say neither that there is a record nor that there is none.</summary>
    public FoundingResponse? CreateResponse() => Record is null && _forgot ? null : new(Self, Record);

    public void OnResponse(FoundingResponse response) => Learn(response.Responder, response.Record);

    /// <summary>The host stored <see cref="ToStore"/> durably.</summary>
    public void OnStored()
    {
        Record = ToStore;
        ToStore = null;
    }

    private void Learn(Member other, FoundingRecord? record)
    {
        if (record is null)
        {
            _unfounded[other.Id] = other;
            _holders.Remove(other.Id);
            ConsiderFounding();
            return;
        }

        _unfounded.Remove(other.Id);
        if (Record is null && ToStore is null)
        {
            ToStore = record;
        }

        if ((Record ?? ToStore)!.ClusterId == record.ClusterId)
        {
            _holders.Add(other.Id);
        }
    }

    private void ConsiderFounding()
    {
        var isFounder = _members[0] == Self.Id && !_forgot;
        if (isFounder && Record is null && ToStore is null && _members.All(member => member == Self.Id || _unfounded.ContainsKey(member)))
        {
            ToStore = _found([.. _members.Select(member => member == Self.Id ? Self : _unfounded[member])]);
        }
    }
}
