using System.Diagnostics;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Trace;

namespace AspireKv.AppHost.Tests.Defaults;

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
        var random = new Random(20261122);

        var kept = Enumerable.Range(0, 10_000).Count(_ => IsKept(sampler, "/get-value", random));

        Assert.InRange(kept, 850, 1_150);
    }

    private TokenBucketSampler Sampler(int perSecond, double ratio) =>
        new(new TelemetryOptions { TracesPerSecond = perSecond, TraceRatio = ratio }, _time);

    private static bool IsKept(TokenBucketSampler sampler, string path, Random? random = null)
    {
        var id = new byte[16];
        (random ?? new Random(1)).NextBytes(id);
        return sampler.ShouldSample(new SamplingParameters(
            default,
            ActivityTraceId.CreateFromBytes(id),
            "request",
            ActivityKind.Server,
            [new("http.request.method", "GET"), new("url.path", path)])).Decision == SamplingDecision.RecordAndSample;
    }
}
