namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The pause of a node that lost a ballot, or got no quorum for one, before it prepares the partition again, whatever asks it to: random,
/// and longer with each loss in a row, so that nodes do not outbid each other for ever. Raft spreads its election time-outs to the same end
/// (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 5.2); the doubling is Ethernet's.
/// </summary>
/// <param name="first">The longest pause after one loss; each further one in a row doubles it, up to 32 times as long.</param>
/// <param name="random">Seeded.</param>
internal sealed class PreparePause(TimeSpan first, Random random)
{
    private const int MaxDoublings = 5;

    private int _losses;
    private TimeSpan _until;

    public bool IsOver(TimeSpan now) => now >= _until;

    /// <summary>Another node took the ballot.</summary>
    /// <param name="now">The time.</param>
    /// <param name="hasCommitted">True where something was committed under the ballot: then the losses before it do not count.</param>
    public void Lost(TimeSpan now, bool hasCommitted)
    {
        _losses = hasCommitted ? 0 : _losses;
        Begin(now);
        _losses = Math.Min(_losses + 1, MaxDoublings);
    }

    /// <summary>Another node is about to take the ballot, unless it stops over that.</summary>
    public void Leave(TimeSpan now) => _until = now + first > _until ? now + first : _until;

    /// <summary>The ballot had no quorum: nobody was outbid, and others may be back at any moment.</summary>
    public void Begin(TimeSpan now) => _until = now + (random.NextDouble() * first * (1 << _losses));
}
