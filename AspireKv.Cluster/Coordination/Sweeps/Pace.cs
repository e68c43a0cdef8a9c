namespace AspireKv.Cluster.Coordination.Sweeps;

/// <summary>What is due for work on many keys.</summary>
internal enum PaceStep
{
    None,

    /// <summary>What has no answer yet is to be sent again.</summary>
    Resend,

    /// <summary>Nothing has moved for so long that others should have the turn.</summary>
    GiveUp,
}

/// <summary>Says when work on many keys sends again what has no answer, and when it is at a standstill.</summary>
internal sealed class Pace(ProtocolOptions options, TimeSpan now)
{
    private TimeSpan _sentAt = now;

    /// <summary>The progress when the last step forward was seen.</summary>
    private long _progress;

    private TimeSpan _progressAt = now;

    /// <param name="now">The time.</param>
    /// <param name="progress">A number that grows with each step forward.</param>
    public PaceStep Look(TimeSpan now, long progress)
    {
        if (progress != _progress)
        {
            (_progress, _progressAt) = (progress, now);
        }

        if (now - _progressAt >= options.RebuildPatience)
        {
            return PaceStep.GiveUp;
        }

        if (now - _sentAt < options.RebuildResendInterval)
        {
            return PaceStep.None;
        }

        _sentAt = now;
        return PaceStep.Resend;
    }
}
