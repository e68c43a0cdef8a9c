using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>What the replicas asked so far hold for one key.</summary>
internal sealed class ReadTally
{
    private bool _hasAnswer;
    private Stamp _firstStamp;

    /// <summary>The entry with the highest stamp among the answers.</summary>
    public Entry? Highest { get; private set; }

    /// <summary>Who shows it, as a set of voters.</summary>
    public ulong Holders { get; private set; }

    /// <summary>True while all answers counted show the same stamp, or all show no entry.</summary>
    public bool IsUnanimous { get; private set; } = true;

    /// <summary>Counts the answer of a voter.</summary>
    /// <param name="voter">Its bit.</param>
    /// <param name="entry">What it holds.</param>
    public void Count(ulong voter, Entry? entry)
    {
        var stamp = entry?.Stamp ?? Stamp.Zero;
        if (!_hasAnswer)
        {
            _hasAnswer = true;
            _firstStamp = stamp;
        }
        else if (stamp != _firstStamp)
        {
            IsUnanimous = false;
        }

        if (entry is not null && (Highest is null || entry.Stamp > Highest.Stamp))
        {
            (Highest, Holders) = (entry, 0);
        }

        if (entry is not null && entry.Stamp == Highest!.Stamp)
        {
            Holders |= voter;
        }
    }
}
