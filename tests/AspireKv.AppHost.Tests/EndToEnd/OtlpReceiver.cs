using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>Takes what services export by OTLP over gRPC, in the place of the dashboard, which the testing host does not start.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    public static readonly string[] Signals = ["logs", "metrics", "trace"];

    /// <summary>An answer without a field: no compression, no bytes.</summary>
    private static readonly byte[] EmptyMessage = new byte[5];

    /// <summary>By signal the requests that arrived: messages of opentelemetry-proto 1.x.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _requests = new();

    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public static async Task<OtlpReceiver> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // Without TLS, HTTP/2 is spoken only where nothing else is.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, port, static listener => listener.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Whether anything of a signal came from a service.</summary>
    /// <param name="signal">One of <see cref="Signals"/>.</param>
    /// <param name="service">The name of a resource, by which Aspire has the service call itself.</param>
    public bool HasReceived(string signal, string service)
    {
        var name = NameAttribute(service);
        return _requests.GetValueOrDefault(signal)?.Any(request => request.AsSpan().IndexOf(name) >= 0) ?? false;
    }

    public string Describe() => string.Join(", ", _requests.Select(static signal => $"{signal.Value.Count} requests of {signal.Key}"));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(string signal, HttpContext context)
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        _requests.GetOrAdd(signal, static _ => new ConcurrentQueue<byte[]>()).Enqueue(request.ToArray());
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(EmptyMessage);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>
    /// The attribute service.name of the exporting resource, in each signal the same bytes: a KeyValue's field 1 is the key, its field 2 an
    /// AnyValue, whose field 1 is the text. Each field is a tag (8 * field + 2), a length and the content.
    /// </summary>
    private static byte[] NameAttribute(string service)
    {
        const byte FirstField = 0x0A;
        const byte SecondField = 0x12;
        var key = "service.name"u8;
        var name = Encoding.ASCII.GetBytes(service);
        return [FirstField, (byte)key.Length, .. key, SecondField, (byte)(name.Length + 2), FirstField, (byte)name.Length, .. name];
    }
}
