namespace AspireKv.Cluster.Versioning;

/// <summary>
/// The place of a write in the history of its partition: the ballot it was made under, then its number within that ballot (from 1).
/// A coordinator gives each stamp once.
/// </summary>
public readonly record struct Stamp(Ballot Ballot, long Sequence) : IComparable<Stamp>
{
    /// <summary>Lower than the stamp of every write.</summary>
    public static readonly Stamp Zero;

    public int CompareTo(Stamp other)
    {
        var byBallot = Ballot.CompareTo(other.Ballot);
        return byBallot != 0 ? byBallot : Sequence.CompareTo(other.Sequence);
    }

    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Ballot}.{Sequence}";
}
