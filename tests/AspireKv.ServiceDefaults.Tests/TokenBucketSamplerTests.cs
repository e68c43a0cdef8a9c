using System.Diagnostics;
using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Trace;

namespace AspireKv.ServiceDefaults.Tests;

public sealed class TokenBucketSamplerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ShouldSample_FirstOfASecond_KeepsThemAndDropsTheRest()
    {
        var sampler = Sampler(perSecond: 5, ratio: 0);

        var kept = Enumerable.Range(0, 100).Count(_ => IsKept(sampler, "/v1/kv/default/key"));

        Assert.Equal(5, kept);
    }

    [Fact]
    public void ShouldSample_NextSecond_KeepsAsManyAgain()
    {
        var sampler = Sampler(perSecond: 5, ratio: 0);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => IsKept(sampler, "/get-value")));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => IsKept(sampler, "/get-value")));
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health")]
    [InlineData("/alive")]
    public void ShouldSample_Watcher_IsDroppedAndCostsNoToken(string path)
    {
        var sampler = Sampler(perSecond: 1, ratio: 0);

        Assert.DoesNotContain(true, Enumerable.Range(0, 10).Select(_ => IsKept(sampler, path)));
        Assert.True(IsKept(sampler, "/get-value"));
    }

    [Fact]
    public void ShouldSample_BeyondTheBucket_KeepsTheShare()
    {
        var sampler = Sampler(perSecond: 0, ratio: 0.1);

        // The same id each time, all zeros in front: callers choose it, and must not thereby choose to be traced.
        var kept = Enumerable.Range(0, 10_000).Count(_ => IsKept(sampler, "/get-value"));

        Assert.InRange(kept, 850, 1_150);
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void CreateSampler_TraceOfACaller_IsKeptAtItsWordOnlyWhereCallersAreOurOwn(bool isPublic, bool isParentKept, bool isKept)
    {
        var sampler = TelemetryExtensions.CreateSampler(new AlwaysOffSampler(), isPublic);
        var flags = isParentKept ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None;
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);

        var result = sampler.ShouldSample(new SamplingParameters(parent, parent.TraceId, "request", ActivityKind.Server));

        Assert.Equal(isKept, result.Decision == SamplingDecision.RecordAndSample);
    }

    private TokenBucketSampler Sampler(int perSecond, double ratio) =>
        new(new TelemetryOptions { TracesPerSecond = perSecond, TraceRatio = ratio }, _time, new Random(20261122));

    private static bool IsKept(TokenBucketSampler sampler, string path)
    {
        byte[] id = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        return sampler.ShouldSample(new SamplingParameters(
            default,
            ActivityTraceId.CreateFromBytes(id),
            "request",
            ActivityKind.Server,
            [new("http.request.method", "GET"), new("url.path", path)])).Decision == SamplingDecision.RecordAndSample;
    }
}
