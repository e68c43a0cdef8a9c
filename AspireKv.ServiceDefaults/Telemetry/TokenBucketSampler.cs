using OpenTelemetry.Trace;

namespace AspireKv.ServiceDefaults.Telemetry;

/// <summary>
/// Decides for a trace that starts here: the first few a second are kept, so that whoever tries the store by hand sees each request, and
/// of the rest only a share, so that load does not pay for being watched. Which of the rest is not decided by the trace's id, since callers
/// can choose that.
/// </summary>
internal sealed class TokenBucketSampler(TelemetryOptions options, TimeProvider time, Random random) : Sampler
{
    private readonly TokenBucket _bucket = new(options.TracesPerSecond, time);

    /// <summary>Guards the random numbers, which are not made for several threads.</summary>
    private readonly Lock _gate = new();

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        // Under load the bucket is empty, and then nobody looks through the tags.
        if (!_bucket.HasToken)
        {
            return Beyond();
        }

        if (TelemetryExtensions.IsWatcher(PathOf(samplingParameters)))
        {
            return new SamplingResult(SamplingDecision.Drop);
        }

        return _bucket.TryTake() ? new SamplingResult(SamplingDecision.RecordAndSample) : Beyond();
    }

    private SamplingResult Beyond()
    {
        lock (_gate)
        {
            return new(random.NextDouble() < options.TraceRatio ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
        }
    }

    private static string? PathOf(in SamplingParameters parameters)
    {
        foreach (var tag in parameters.Tags ?? [])
        {
            if (tag.Key == "url.path")
            {
                return tag.Value as string;
            }
        }

        return null;
    }
}
