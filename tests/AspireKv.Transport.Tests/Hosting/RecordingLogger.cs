using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>Keeps every line, for tests of what an operator gets to read.</summary>
internal sealed class RecordingLogger<T>(ConcurrentQueue<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{eventId.Id} {formatter(state, exception)}");
}
