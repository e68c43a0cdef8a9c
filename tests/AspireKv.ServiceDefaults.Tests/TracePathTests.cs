using System.Collections.Concurrent;
using System.Diagnostics;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>Keys are often names of people; traces go to whoever keeps them.</summary>
public sealed class TracePathTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("/v1/kv/ns/somebody-by-name")]
    [InlineData("/v1/kvs/ns/somebody-by-name")]
    [InlineData("/alive?somebody-by-name")]
    public async Task Span_OfARequest_NamesItsRouteAndNeitherPathNorQuery(string target)
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await DefaultsHost.StartAsync(null, "--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9");
        using (await host.Http.GetAsync(target))
        {
        }

        // The span ends when its answer is on its way already.
        var port = host.Http.BaseAddress!.Port;
        var start = TimeProvider.System.GetTimestamp();
        Activity? span;
        while ((span = ended.FirstOrDefault(activity => Equals(activity.GetTagItem("server.port"), port))) is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Bound, "Waited 20 s for the span of the request.");
            await Task.Yield();
        }

        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("somebody", StringComparison.Ordinal));
        Assert.DoesNotContain("somebody", span.DisplayName, StringComparison.Ordinal);
        if (target.StartsWith("/v1/kv/", StringComparison.Ordinal))
        {
            Assert.Equal("/v1/kv/{namespace}/{**key}", span.GetTagItem("http.route"));
        }
    }
}
