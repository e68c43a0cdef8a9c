using System.Collections.Concurrent;
using AspireKv.Tidy.Tests.Folders;

namespace AspireKv.Tidy.Tests;

/// <summary>Which project may know of which other one, and which folder: calls go down, and nobody knows one that knows him.</summary>
public sealed class ArrowTests
{
    /// <summary>
    /// The projects, and below each the ones that it may refer to, and what these may refer to in their turn. A new arrow must be written
    /// down here: that is where somebody looks at it.
    /// </summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["AspireKv.Cluster"] = [],
        ["AspireKv.Encoding"] = ["AspireKv.Cluster"],
        ["AspireKv.Transport"] = ["AspireKv.Encoding"],
        ["AspireKv.Storage"] = ["AspireKv.Encoding"],
        ["AspireKv.Access"] = ["AspireKv.Transport"],
        ["AspireKv.ServiceDefaults"] = [],
        ["AspireKv.AccessTokens"] = ["AspireKv.ServiceDefaults"],
        ["AspireKv.StorageNode"] = ["AspireKv.Storage", "AspireKv.Transport", "AspireKv.AccessTokens"],
        ["AspireKv.Gateway"] = ["AspireKv.Access", "AspireKv.AccessTokens"],
        ["AspireKv.Auth"] = ["AspireKv.AccessTokens"],
        ["AspireKv.AppHost"] = [],
    };

    /// <summary>
    /// The floors of a project, from the top: a folder, with all below it, may know folders of lower floors only. That there is no circle
    /// says nothing of which end is up.
    /// </summary>
    private static readonly Dictionary<string, string[][]> Floors = new()
    {
        ["AspireKv.StorageNode"] =
        [
            ["Api", "Commands"],
            ["Inbox"],
            ["Coordination", "Membership", "Housekeeping"],
            ["Partitions"],
            ["Peers"],
            ["Identity", "Telemetry"],
        ],
    };

    private static readonly Lazy<IReadOnlyDictionary<string, FolderGraph>> Graphs = new(() =>
    {
        var graphs = new ConcurrentDictionary<string, FolderGraph>();
        Parallel.ForEach(SourceTree.Projects.Where(project => project.IsProduct), project =>
            graphs[project.Name] = FolderGraph.Of(Compilations.Product[project.Name], project.Folder));
        return graphs;
    });

    [Fact]
    public void Solution_HoldsEveryProjectOfTheTree()
    {
        var onDisk = Directory.GetFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(onDisk.Order(StringComparer.Ordinal), SourceTree.Projects.Select(project => project.Name));
    }

    [Fact]
    public void Projects_HaveTheirRowsAndNoOther() => Assert.Equal(
        Projects.Keys.Order(StringComparer.Ordinal),
        SourceTree.Projects.Where(project => project.IsProduct).Select(project => project.Name));

    [Fact]
    public void Floors_HoldEveryFolderOfTheProject() => Assert.All(Floors, entry =>
    {
        var project = SourceTree.Projects.Single(project => project.Name == entry.Key);
        var folders = project.Files.Where(file => file.Folder != project.Folder)
            .Select(file => file.Folder[(project.Folder.Length + 1)..].Split('/')[0]).Distinct();

        Assert.Equal(folders.Order(StringComparer.Ordinal), entry.Value.SelectMany(names => names).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Projects_ReferToTheirOwnFloorAndBelowOnly()
    {
        var wrong = SourceTree.Projects.Where(project => project.IsProduct).SelectMany(project => !Projects.ContainsKey(project.Name)
            ? [$"{project.Name} has no row in ArrowTests.Projects"]
            : project.References.Except(Below(project.Name)).Select(reference => $"{project.Name} may not refer to {reference}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_MakeNoCircle()
    {
        Assert.True(Graphs.Value.Values.Sum(graph => graph.Arrows.Count) > 40, "hardly any arrow was found: the finder is blind");

        // The thinnest arrow first: it is the one to cut.
        var circles = Graphs.Value.SelectMany(entry => entry.Value.InCircles
            .OrderBy(arrow => entry.Value.Ties(arrow).Count)
            .Select(arrow => new Finding(
                $"{entry.Key}: {arrow}",
                $"{string.Join(", ", entry.Value.Ties(arrow))} (circle: {entry.Value.CircleOf(arrow.From)})")));

        ExceptionList.AssertOnly("circles", circles);
    }

    [Fact]
    public void Folders_KnowLowerFloorsOnly()
    {
        var upwards = Floors.SelectMany(entry => Graphs.Value[entry.Key].Arrows
            .Where(arrow => !IsSame(arrow) && FloorOf(entry.Value, arrow.From) >= FloorOf(entry.Value, arrow.To))
            .Select(arrow => new Finding($"{entry.Key}: {arrow}", string.Join(", ", Graphs.Value[entry.Key].Ties(arrow)))));

        ExceptionList.AssertOnly("floors", upwards);
    }

    [Fact]
    public void Code_HasNoNotesToSelf()
    {
        string[] notes = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"];
        var wrong = SourceTree.Product.SelectMany(file => file.Text.Split('\n')
            .Where(line => notes.Any(note => line.Contains(note, StringComparison.Ordinal)))
            .Select(line => $"{file.Path}: {line.Trim()}"));

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Below(string project) => Projects[project].SelectMany(name => Below(name).Append(name));

    private static int? FloorOf(string[][] floors, string folder)
    {
        var floor = Array.FindIndex(floors, names => names.Contains(folder.Split('.')[0]));
        return floor < 0 ? null : floor;
    }

    private static bool IsSame(Arrow arrow) => arrow.From.Split('.')[0] == arrow.To.Split('.')[0];
}
