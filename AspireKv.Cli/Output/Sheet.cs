using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AspireKv.Cli.Output;

/// <summary>A table without lines between its cells: aligned by spaces, it can be read in a terminal and in a file.</summary>
internal sealed class Sheet
{
    private static readonly Style Head = new(decoration: Decoration.Bold);

    private readonly Table _table = new() { Border = TableBorder.None };

    /// <param name="columns">The names of the columns; one that begins with <c>#</c> holds numbers, which stand at its right.</param>
    public Sheet(params ReadOnlySpan<string> columns)
    {
        foreach (var name in columns)
        {
            _table.AddColumn(new TableColumn(new Text(name.TrimStart('#'), Head))
            {
                Alignment = name[0] == '#' ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
            });
        }
    }

    /// <summary>Without names above the columns.</summary>
    public static Sheet WithoutHead(int columns)
    {
        var sheet = new Sheet([.. Enumerable.Repeat(" ", columns)]);
        sheet._table.ShowHeaders = false;
        return sheet;
    }

    public bool IsEmpty => _table.Rows.Count == 0;

    public IRenderable Content => _table;

    /// <param name="cells">Texts, numbers, lists of numbers, or a <see cref="Cell"/>; nothing is a dash.</param>
    public Sheet Add(params ReadOnlySpan<object?> cells)
    {
        var row = new List<IRenderable>();
        foreach (var cell in cells)
        {
            row.Add(cell is Cell styled ? new Text(Plain.Of(styled.Text), styled.Style) : new Text(Plain.Of(TextOf(cell))));
        }

        _table.AddRow(row);
        return this;
    }

    private static string TextOf(object? cell) => cell switch
    {
        null or "" => "-",
        IReadOnlyCollection<int> { Count: 0 } => "-",
        IEnumerable<int> numbers => string.Join(',', numbers),
        IFormattable number => number.ToString("N0", CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "-",
    };
}
