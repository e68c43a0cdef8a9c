namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>The last lines that a service wrote to its console, over all its lives. Thread-safe.</summary>
internal sealed class ConsoleOutput
{
    private const int MaxLines = 2_000;

    private readonly Lock _gate = new();
    private readonly Queue<(bool IsError, string Text)> _lines = new();

    /// <summary>Told of each line as it comes, on any thread.</summary>
    public event Action<string>? Written;

    public void Add(bool isError, string text)
    {
        Written?.Invoke(text);
        lock (_gate)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue((isError, text));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _lines.Clear();
        }
    }

    /// <summary>What was written to the standard error stream.</summary>
    public IReadOnlyList<string> ErrorLines => Take(MaxLines, line => line.IsError);

    /// <summary>The last lines of both streams.</summary>
    public string Tail(int lines) => string.Join('\n', Take(lines, _ => true));

    private string[] Take(int count, Func<(bool IsError, string Text), bool> choose)
    {
        lock (_gate)
        {
            return [.. _lines.Where(choose).Select(line => line.Text).TakeLast(count)];
        }
    }
}
