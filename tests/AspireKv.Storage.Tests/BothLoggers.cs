using Microsoft.Extensions.Logging;

namespace AspireKv.Storage.Tests;

/// <summary>A logger for two that listen. Whoever made them disposes them.</summary>
internal sealed class BothLoggers(ILogger first, ILogger second) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        first.Log(logLevel, id, state, exception, formatter);
        second.Log(logLevel, id, state, exception, formatter);
    }
}
