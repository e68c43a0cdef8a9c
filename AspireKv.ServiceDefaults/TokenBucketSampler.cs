using OpenTelemetry.Trace;

namespace AspireKv.ServiceDefaults;

/// <summary>
/// Decides for a trace that starts here: the first few a second are kept, so that whoever tries the store by hand sees each request, and
/// of the rest only a share, so that load does not pay for being watched.
/// </summary>
internal sealed class TokenBucketSampler(TelemetryOptions options, TimeProvider time) : Sampler
{
    private readonly TokenBucket _bucket = new(options.TracesPerSecond, time);
    private readonly TraceIdRatioBasedSampler _beyond = new(options.TraceRatio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        // Under load the bucket is empty, and then nobody looks through the tags.
        if (!_bucket.HasToken)
        {
            return _beyond.ShouldSample(samplingParameters);
        }

        if (Telemetry.IsWatcher(PathOf(samplingParameters)))
        {
            return new SamplingResult(SamplingDecision.Drop);
        }

        return _bucket.TryTake() ? new SamplingResult(SamplingDecision.RecordAndSample) : _beyond.ShouldSample(samplingParameters);
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
