using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AspireKv.EndToEnd.Tests.Observability;

/// <summary>A span as it was exported; times in nanoseconds since 1970.</summary>
internal sealed record ExportedSpan(
    string Service, string TraceId, string SpanId, string ParentSpanId, string Name, ulong Start, ulong End);

/// <summary>Takes what services export by OTLP over HTTP: keeps the spans, and the raw bytes of everything.</summary>
internal sealed class SpanCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly ConcurrentQueue<byte[]> _exports = new();
    private readonly ConcurrentQueue<byte[]> _traces = new();

    private SpanCollector(WebApplication app) => _app = app;

    public IReadOnlyCollection<ExportedSpan> Spans => _spans;

    /// <summary>The bodies of all exports: spans, logs and metrics.</summary>
    public IReadOnlyCollection<byte[]> Exports => _exports;

    /// <summary>The exports of spans only.</summary>
    public IReadOnlyCollection<byte[]> TraceExports => _traces;

    public static async Task<SpanCollector> StartAsync(Uri address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address.ToString());
        var collector = new SpanCollector(app);
        app.MapPost("/v1/{signal}", collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(string signal, HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _exports.Enqueue(body.ToArray());
        if (signal == "traces")
        {
            _traces.Enqueue(body.ToArray());
            ReadTraces(body.ToArray());
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>ExportTraceServiceRequest of opentelemetry-proto 1.x, the fields that matter here.</summary>
    private void ReadTraces(byte[] request)
    {
        foreach (var resourceSpans in Fields(request, 1))
        {
            var service = Fields(resourceSpans, 1).SelectMany(resource => Fields(resource, 1)).Select(ReadAttribute)
                .FirstOrDefault(attribute => attribute.Key == "service.name").Value ?? "";
            foreach (var span in Fields(resourceSpans, 2).SelectMany(scope => Fields(scope, 2)))
            {
                _spans.Enqueue(new ExportedSpan(
                    service,
                    Convert.ToHexString(Fields(span, 1).Single()),
                    Convert.ToHexString(Fields(span, 2).Single()),
                    Convert.ToHexString(Fields(span, 4).SingleOrDefault() ?? []),
                    System.Text.Encoding.UTF8.GetString(Fields(span, 5).Single()),
                    Fixed(span, 7),
                    Fixed(span, 8)));
            }
        }
    }

    private static (string Key, string Value) ReadAttribute(byte[] attribute) => (
        System.Text.Encoding.UTF8.GetString(Fields(attribute, 1).Single()),
        Fields(attribute, 2).SelectMany(value => Fields(value, 1)).Select(System.Text.Encoding.UTF8.GetString).FirstOrDefault() ?? "");

    /// <summary>The length-delimited fields of this number.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                found.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }

    private static ulong Fixed(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
            {
                return input.ReadFixed64();
            }

            input.SkipLastField();
        }

        return 0;
    }
}
