using System.Text;
using Spectre.Console;

namespace AspireKv.Cli.Output;

/// <summary>Writes what people read. Escape sequences go to a terminal only, and to none that asked for no colour.</summary>
/// <param name="terminal">Where it is written.</param>
/// <param name="colours">Whether a terminal may be given colours.</param>
internal sealed class Screen(Terminal terminal, bool colours = false)
{
    /// <summary>
    /// Room for a row of any length. A row that is broken into lines is none any more for a program, and cells that are broken in a narrow
    /// terminal are harder to read than what the terminal itself makes of a long line.
    /// </summary>
    private const int Columns = 4_096;

    public Terminal Terminal => terminal;

    public void WriteLine(string text = "") => terminal.Out.WriteLine(Plain.Of(text));

    /// <summary>Writes JSON as it came, and ends the line.</summary>
    public void WriteJson(string json) => terminal.Out.WriteLine(json.TrimEnd('\r', '\n'));

    public void WriteWarning(string text) => terminal.Out.WriteLine(Plain.Of($"Warning: {text}"));

    /// <summary>Writes the one line on the standard error that says why a command ended, or goes on with difficulty.</summary>
    public void WriteError(string text) => terminal.Error.WriteLine(Plain.Of($"akv: {text}"));

    /// <summary>Writes a table with an empty line above it; nothing where it has no rows.</summary>
    public void Write(Sheet sheet, bool spaced = true)
    {
        if (sheet.IsEmpty)
        {
            return;
        }

        if (spaced)
        {
            terminal.Out.WriteLine();
        }

        // Cells are padded to the width of their column, the last one too.
        foreach (var line in Render(sheet).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    private string Render(Sheet sheet)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var isPlain = !(terminal.ShowsColours && colours);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new TextOutput(text),
        });
        console.Write(sheet.Content);
        return text.ToString().Replace("\r", "", StringComparison.Ordinal);
    }

    private sealed class TextOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => false;

        public int Width => Columns;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
