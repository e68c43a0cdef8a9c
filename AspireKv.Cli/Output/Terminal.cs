using System.Text;

namespace AspireKv.Cli.Output;

/// <summary>Where a command reads and writes, and whether there are people at the other end.</summary>
internal sealed class Terminal
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether a question on <see cref="Error"/> is read by somebody who can answer it on <see cref="In"/>.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal, and no pipe or file.</summary>
    public bool ShowsColours { get; init; }

    /// <summary>Reads a line that nobody sees; null where there is none.</summary>
    public required Func<string?> ReadSecret { get; init; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        ShowsColours = !Console.IsOutputRedirected,
        ReadSecret = ReadKeys,
    };

    private static string? ReadKeys()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return line.ToString();
                case ConsoleKey.Backspace:
                    line.Length = Math.Max(0, line.Length - 1);
                    break;
                case var _ when !char.IsControl(key.KeyChar):
                    line.Append(key.KeyChar);
                    break;
            }
        }
    }
}
