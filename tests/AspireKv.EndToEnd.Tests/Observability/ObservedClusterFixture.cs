using System.Collections.Concurrent;
using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Observability;

/// <summary>A cluster that exports everything it can to a collector and writes all of its log, for the tests that look at both.</summary>
public sealed class ObservedClusterFixture : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal ClusterProcesses Cluster { get; } = new(nodeCount: 3);

    internal SpanCollector Collector { get; private set; } = null!;

    /// <summary>Every line that any service wrote.</summary>
    internal IReadOnlyCollection<string> Lines => _lines;

    public async Task InitializeAsync()
    {
        var address = new Uri($"http://127.0.0.1:{Cluster.NextPort()}");
        Collector = await SpanCollector.StartAsync(address);
        foreach (var service in Cluster.Services)
        {
            service.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = address.ToString();
            service.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            service.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
            service.Environment["OTEL_SERVICE_NAME"] = service.Name;
            service.Environment["Telemetry__TracesPerSecond"] = "1000";
            service.Environment["Logging__LogLevel__Default"] = "Trace";
            service.Environment["Storage__Checkpoints__Interval"] = "00:00:01";
            service.Environment["Storage__Scrub__Interval"] = "00:00:01";
            service.Environment["Tombstones__PurgeInterval"] = "00:00:00.500";
            service.Output.Written += _lines.Enqueue;
        }

        await Cluster.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Collector.DisposeAsync();
    }
}
