using System.Collections.Concurrent;
using AspireKv.Tidy.Tests.Folders;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// Which project may know of which other one, and which folder: calls go down, and nobody knows one that knows him. Tests and benchmarks
/// have no map of floors, and no circles either.
/// </summary>
public sealed class ArrowTests
{
    /// <summary>
    /// The projects, and below each the ones that it refers to. A new arrow must be written down here: that is where somebody looks at it.
    /// </summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["AspireKv.Cluster"] = [],
        ["AspireKv.Encoding"] = ["AspireKv.Cluster"],
        ["AspireKv.Dialing"] = [],
        ["AspireKv.Durability"] = [],
        ["AspireKv.Transport"] = ["AspireKv.Cluster", "AspireKv.Dialing", "AspireKv.Encoding"],
        ["AspireKv.Storage"] = ["AspireKv.Cluster", "AspireKv.Durability", "AspireKv.Encoding"],
        ["AspireKv.Access"] = ["AspireKv.Cluster", "AspireKv.Transport"],
        ["AspireKv.ServiceDefaults"] = [],
        ["AspireKv.AccessTokens"] = ["AspireKv.Dialing", "AspireKv.ServiceDefaults"],
        ["AspireKv.StorageNode"] =
        [
            "AspireKv.AccessTokens", "AspireKv.Cluster", "AspireKv.Encoding", "AspireKv.ServiceDefaults", "AspireKv.Storage",
            "AspireKv.Transport",
        ],
        ["AspireKv.Gateway"] =
        [
            "AspireKv.Access", "AspireKv.AccessTokens", "AspireKv.Cluster", "AspireKv.Dialing", "AspireKv.ServiceDefaults",
            "AspireKv.Transport",
        ],
        ["AspireKv.Auth"] = ["AspireKv.AccessTokens", "AspireKv.Durability", "AspireKv.ServiceDefaults"],
        ["AspireKv.AppHost"] = ["AspireKv.Durability"],
        ["AspireKv.Cli"] = [],
    };

    /// <summary>The rooms of each project, as the map has them.</summary>
    private static readonly Lazy<IReadOnlyDictionary<string, FloorPlan>> Floors = new(() =>
        SourceTree.Projects.Where(project => project.IsProduct)
            .ToDictionary(project => project.Name, project => FloorPlan.Parse(SourceTree.Section(FloorPlan.Document, project.Name))));

    private static readonly Lazy<IReadOnlyDictionary<string, FolderGraph>> Graphs = new(() =>
    {
        var graphs = new ConcurrentDictionary<string, FolderGraph>();
        Parallel.ForEach(SourceTree.Projects, project =>
            graphs[project.Name] = FolderGraph.Of(Compilations.All[project.Name], project.Folder));
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
    public void Map_HoldsEveryFolderOfTheProductAndNoOther() =>
        Finding.AssertNone(SourceTree.Projects.Where(project => project.IsProduct).SelectMany(project =>
            Floors.Value[project.Name].Compare(project.Files.Select(file => FolderGraph.FolderOf(file.Syntax, project.Folder)))
                .Select(wrong => new Finding(project.Name, wrong))));

    [Fact]
    public void Map_HasTheProductsProjectsAndNoOther() => Assert.Equal(
        SourceTree.Projects.Where(project => project.IsProduct).Select(project => project.Name),
        SourceTree.Read(FloorPlan.Document).Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..]).Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_ReferToWhatIsWrittenDownAndNothingElse() =>
        Assert.All(SourceTree.Projects.Where(project => project.IsProduct), project =>
            Assert.Equal(Projects[project.Name].Order(StringComparer.Ordinal), project.References.Order(StringComparer.Ordinal)));

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

        Finding.AssertNone(circles);
    }

    [Fact]
    public void Folders_KnowLowerFloorsOnly()
    {
        var upwards = Floors.Value.SelectMany(entry => entry.Value.NotDown(Graphs.Value[entry.Key].Arrows)
            .Select(arrow => new Finding($"{entry.Key}: {arrow}", string.Join(", ", Graphs.Value[entry.Key].Ties(arrow)))));

        Finding.AssertNone(upwards);
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
}
