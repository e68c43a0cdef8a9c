namespace AspireKv.Cluster.Keys;

/// <summary>One of the equal ranges of the hashed key space.</summary>
/// <param name="Index">Its number, from 0, in the order of the hashes.</param>
/// <param name="Start">The lowest hash in it.</param>
/// <param name="End">The highest hash in it.</param>
public readonly record struct Partition(int Index, ulong Start, ulong End)
{
    public bool Contains(ulong hash) => Start <= hash && hash <= End;
}
