using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Versioning;

/// <summary>
/// A claim to coordinate one partition, ordered by round and then by node (Lamport, "The Part-Time Parliament", 1998). A node never uses a
/// round twice, so no two claims are equal.
/// </summary>
public readonly record struct Ballot(long Round, NodeId Node) : IComparable<Ballot>
{
    /// <summary>Lower than every ballot that was ever prepared.</summary>
    public static readonly Ballot Zero;

    public int CompareTo(Ballot other)
    {
        var byRound = Round.CompareTo(other.Round);
        return byRound != 0 ? byRound : Node.CompareTo(other.Node);
    }

    public static bool operator <(Ballot left, Ballot right) => left.CompareTo(right) < 0;

    public static bool operator >(Ballot left, Ballot right) => left.CompareTo(right) > 0;

    public static bool operator <=(Ballot left, Ballot right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Ballot left, Ballot right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Round}.{Node}";
}
