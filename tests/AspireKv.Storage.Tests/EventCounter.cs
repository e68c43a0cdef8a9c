using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Tests;

/// <summary>A logger that counts an event.</summary>
internal sealed class EventCounter(int eventId) : ILogger
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (id.Id == eventId)
        {
            Interlocked.Increment(ref _count);
        }
    }
}
