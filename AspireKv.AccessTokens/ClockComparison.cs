using Microsoft.Extensions.Logging;

namespace AspireKv.AccessTokens;

/// <summary>
/// Notices that the clocks of the auth service and of this machine differ: fresh tokens are then refused as not valid yet, or as expired,
/// and nothing else would say why. Thread-safe.
/// </summary>
internal sealed class ClockComparison(AccessTokenOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Dates of HTTP are in whole seconds, and an answer may take a moment.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(3);

    /// <summary>Long before tokens are refused.</summary>
    private readonly TimeSpan _bound = options.ClockSkew / 2 > Precision ? options.ClockSkew / 2 : Precision;

    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>.</summary>
    private bool _isOff;

    /// <param name="theirs">What the auth service's clock said just now; null when it did not.</param>
    public void Compare(DateTimeOffset? theirs)
    {
        if (theirs is not { } date)
        {
            return;
        }

        lock (_gate)
        {
            var ahead = date - time.GetUtcNow();
            var isOff = ahead.Duration() > _bound;
            if (isOff && !_isOff)
            {
                var direction = ahead > TimeSpan.Zero ? "ahead of" : "behind";
                Log.ClocksDiffer(logger, Math.Abs((long)ahead.TotalSeconds), direction, options.ClockSkew);
            }
            else if (_isOff && !isOff)
            {
                Log.ClocksAgree(logger);
            }

            _isOff = isOff;
        }
    }
}
