using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Tests;

/// <summary>A logger that lets a test wait for an event.</summary>
internal sealed class EventWaiter(int eventId) : ILogger, IDisposable
{
    private readonly SemaphoreSlim _seen = new(0);

    /// <summary>How many there were that nobody waited for.</summary>
    public int Count => _seen.CurrentCount;

    public void Wait() => Assert.True(_seen.Wait(TimeSpan.FromSeconds(30)), $"event {eventId} was not logged");

    public void Dispose() => _seen.Dispose();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (id.Id == eventId)
        {
            _seen.Release();
        }
    }
}
