using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.AppHost.Tests.Model;

public sealed class ReadyNoticeTests
{
    [Fact]
    public async Task WithReadyNotice_ReadyTwice_SaysWhereOnce()
    {
        var console = new KeptLines();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        var gateway = builder.AddService<Projects.AspireKv_Gateway>("gateway")
            .WithHttpEndpoint(port: 13000, isProxied: false)
            .WithReadyNotice();
        var endpoint = gateway.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, endpoint.Port!.Value);
        await using var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(console)).BuildServiceProvider();

        await builder.Eventing.PublishAsync(new ResourceReadyEvent(gateway.Resource, services));
        await builder.Eventing.PublishAsync(new ResourceReadyEvent(gateway.Resource, services));

        Assert.Equal(["AspireKv is ready at http://localhost:13000"], console.Lines);
    }

    private sealed class KeptLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
