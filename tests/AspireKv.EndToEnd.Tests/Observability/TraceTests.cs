using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests.Observability;

/// <summary>One request is one trace, from the gateway to the disks of a majority.</summary>
[Collection(ClusterCollection.Name)]
public sealed class TraceTests(ObservedClusterFixture fixture, ITestOutputHelper output) : IClassFixture<ObservedClusterFixture>
{
    private static readonly TimeSpan ExportLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Put_IsOneTraceFromTheGatewayToTheSyncsOfAMajority()
    {
        using var client = await GatewayClient.LogInAsync(fixture.Cluster.Gateway.Address);
        List<ExportedSpan> trace = [];
        await Wait.UntilAsync("a PUT is exported by all that took part, with the syncs of all three nodes", ExportLimit, async () =>
        {
            // Not each will do: the first ones take a ballot, and a replica that is just being connected misses some.
            Assert.True((await client.PutAsync("traced", "value")).IsSuccess);
            trace = fixture.Collector.Spans.GroupBy(span => span.TraceId).Select(group => group.ToList()).FirstOrDefault(IsWholePut) ?? [];
            return trace.Count > 0;
        });

        var start = trace.Min(span => span.Start);
        foreach (var span in trace.OrderBy(span => span.Start))
        {
            output.WriteLine($"{(span.Start - start) / 1000,8} us {(span.End - span.Start) / 1000,8} us  {span.Service} {span.Name}");
        }

        var root = Assert.Single(trace, span => span.ParentSpanId.Length == 0);
        Assert.Equal("gateway", root.Service);
        Assert.Contains(trace, span => span.Service == "gateway" && span.ParentSpanId == root.SpanId);
        Assert.Contains(trace, span => span.Name == "kv Put" && span.Service.StartsWith("node", StringComparison.Ordinal));

        // Every other span has its parent in the same trace, and began after it.
        Assert.All(trace.Where(span => span != root), span =>
        {
            var parent = Assert.Single(trace, other => other.SpanId == span.ParentSpanId);
            Assert.True(parent.Start <= span.Start, $"{span} began before {parent}");
        });

        // The answer waited for a majority: the client's request ended after the second sync.
        var second = trace.Where(span => span.Name == "wal sync").Select(span => span.End).Order().ElementAt(1);
        Assert.True(root.End >= second, "the request ended before two nodes had synced");
    }

    /// <summary>
    /// Each service exports its spans by itself: a trace is there when the parent of each span is, and every replica's sync. The answer
    /// waited for two of them, but nobody knows which.
    /// </summary>
    private static bool IsWholePut(List<ExportedSpan> spans) =>
        spans.Any(span => span.Name == "kv Put")
        && spans.Where(span => span.Name == "wal sync").Select(span => span.Service).Distinct().Count() == 3
        && spans.All(span => span.ParentSpanId.Length == 0 || spans.Any(parent => parent.SpanId == span.ParentSpanId));
}
