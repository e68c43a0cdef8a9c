namespace AspireKv.LocalHost;

/// <summary>The last lines that a resource wrote, over all its restarts. Thread-safe.</summary>
internal sealed class ConsoleLog
{
    public const int Capacity = 10_000;

    private readonly Lock _gate = new();

    /// <summary>At most <see cref="Capacity"/> lines; the oldest goes first. Guarded by <see cref="_gate"/>.</summary>
    private readonly Queue<Line> _lines = [];

    private readonly Pulse _changed = new();
    private int _written;

    /// <summary><c>Number</c>: counts from 1, and goes on when old lines are gone.</summary>
    internal sealed record Line(int Number, string Text, bool IsError);

    public void Write(string text, bool isError)
    {
        lock (_gate)
        {
            _lines.Enqueue(new(++_written, text, isError));
            if (_lines.Count > Capacity)
            {
                _lines.Dequeue();
            }
        }

        _changed.Beat();
    }

    /// <summary>The lines after number <paramref name="number"/> that are still there.</summary>
    public IReadOnlyList<Line> After(int number)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.Number > number)];
        }
    }

    public async Task WaitForMoreAsync(int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _changed.Next;
            lock (_gate)
            {
                if (_written > number)
                {
                    return;
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }
}
