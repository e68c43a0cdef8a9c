namespace AspireKv.Transport.Handshake;

/// <summary>
/// Which messages and records a process can read. A level stands for all that a version of the program added to those of the level before,
/// under the same version of the protocol. Later versions are to write what is new only once everybody reads it, so that a cluster can be
/// upgraded node by node; there is one level yet, and that of the other side is compared and not kept.
/// </summary>
/// <param name="Oldest">The lowest level at which the process can still write.</param>
/// <param name="Newest">The highest level that the process can read.</param>
internal readonly record struct FeatureLevels(int Oldest, int Newest)
{
    /// <summary>The levels of this program.</summary>
    public static readonly FeatureLevels Own = new(Oldest: 1, Newest: 1);

    /// <summary>True when there is a level at which both can write and read.</summary>
    public bool Overlap(FeatureLevels other) => Oldest <= other.Newest && other.Oldest <= Newest;

    public override string ToString() => Oldest == Newest ? $"feature level {Newest}" : $"feature levels {Oldest} to {Newest}";
}
