using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>What the replicas asked so far hold for one key.</summary>
internal sealed class ReadTally
{
    private bool _hasAnswer;
    private Stamp _firstStamp;

    /// <summary>The entry with the highest stamp among the voters' answers.</summary>
    public Entry? Highest { get; private set; }

    /// <summary>True while all answers counted show the same stamp, or all show no entry.</summary>
    public bool IsUnanimous { get; private set; } = true;

    /// <summary>Counts an answer; what a learner holds is compared, but never taken for the newest.</summary>
    public void Count(Entry? entry, bool isLearner)
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

        if (!isLearner && entry is not null && (Highest is null || entry.Stamp > Highest.Stamp))
        {
            Highest = entry;
        }
    }
}
