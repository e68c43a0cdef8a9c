using System.Globalization;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests.Folders;

/// <summary>
/// The floors of one project, as <c>docs/folders.md</c> has them: a room is a folder with all below it that has no row of its own, and may
/// know rooms of lower floors only. That there is no circle says nothing of which end is up.
/// </summary>
internal sealed class FloorPlan
{
    public const string Document = "docs/folders.md";

    private readonly Dictionary<string, int> _floors;

    private FloorPlan(Dictionary<string, int> floors) => _floors = floors;

    /// <summary>A table of floor, folder and purpose, from the top floor down.</summary>
    /// <exception cref="FormatException">The floors do not stand in their order, or a folder has no purpose.</exception>
    public static FloorPlan Parse(string section)
    {
        var floors = new Dictionary<string, int>();
        var above = int.MaxValue;
        foreach (var cells in SourceTree.TableRows(section).Skip(1))
        {
            var floor = int.Parse(cells[0], CultureInfo.InvariantCulture);
            var folder = cells[1].Trim('`').Replace('/', '.');
            if (floor > above || cells[2].Trim('|', ' ').Length == 0 || !floors.TryAdd(folder, floor))
            {
                throw new FormatException($"{Document}: '{folder}' stands below a lower floor, or twice, or says nothing of itself.");
            }

            above = floor;
        }

        return new FloorPlan(floors);
    }

    /// <summary>What is wrong with the plan, one sentence each, where these are the folders of the project's files.</summary>
    public IEnumerable<string> Compare(IEnumerable<string> folders)
    {
        var found = folders.ToHashSet();
        return found.Where(folder => RoomOf(folder) is null).Select(folder => $"{folder} has no row in {Document}")
            .Concat(_floors.Keys.Where(room => !found.Contains(room)).Select(room => $"{Document} has a row for {room}, which is none"))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The arrows that leave a room and lead to no lower floor; folders without a row are <see cref="Compare"/>'s.</summary>
    public IEnumerable<Arrow> NotDown(IEnumerable<Arrow> arrows) => arrows
        .Where(arrow => RoomOf(arrow.From) is { } from && RoomOf(arrow.To) is { } to && from != to && _floors[from] <= _floors[to]);

    /// <summary>The folder itself, or the nearest one above it that has a row; null where there is none.</summary>
    private string? RoomOf(string folder) => _floors.Keys
        .Where(room => folder == room || folder.StartsWith(room + ".", StringComparison.Ordinal))
        .MaxBy(room => room.Length);
}
