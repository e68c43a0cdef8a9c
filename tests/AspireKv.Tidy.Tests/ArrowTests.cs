using System.Collections.Concurrent;
using AspireKv.Tidy.Tests.Folders;

namespace AspireKv.Tidy.Tests;

/// <summary>Which project may know of which other one, and which folder: calls go down, and nobody knows one that knows him.</summary>
public sealed class ArrowTests
{
    /// <summary>
    /// The projects, and below each the ones that it refers to. A new arrow must be written down here: that is where somebody looks at it.
    /// </summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["AspireKv.Cluster"] = [],
        ["AspireKv.Encoding"] = ["AspireKv.Cluster"],
        ["AspireKv.Transport"] = ["AspireKv.Cluster", "AspireKv.Encoding"],
        ["AspireKv.Storage"] = ["AspireKv.Cluster", "AspireKv.Encoding"],
        ["AspireKv.Access"] = ["AspireKv.Cluster", "AspireKv.Transport"],
        ["AspireKv.ServiceDefaults"] = [],
        ["AspireKv.AccessTokens"] = ["AspireKv.ServiceDefaults"],
        ["AspireKv.StorageNode"] =
            ["AspireKv.AccessTokens", "AspireKv.Cluster", "AspireKv.ServiceDefaults", "AspireKv.Storage", "AspireKv.Transport"],
        ["AspireKv.Gateway"] =
            ["AspireKv.Access", "AspireKv.AccessTokens", "AspireKv.Cluster", "AspireKv.ServiceDefaults", "AspireKv.Transport"],
        ["AspireKv.Auth"] = ["AspireKv.AccessTokens", "AspireKv.ServiceDefaults"],
        ["AspireKv.AppHost"] = [],
    };

    /// <summary>
    /// The floors of a project, from the top: a folder, with all below it that has no floor of its own, may know folders of lower floors
    /// only. That there is no circle says nothing of which end is up. The files of the project's own folder are above all.
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
        ["AspireKv.Cluster"] =
        [
            ["Housekeeping"],
            ["Partitions"],
            ["Coordination.Sweeps"],
            ["Coordination"],
            ["Coordination.Tasks", "Replicas"],
            ["Messages", "Operations"],
            ["Status"],
            ["Membership"],
            ["Ring"],
            ["Versioning"],
            ["Keys", "Topology"],
        ],
        ["AspireKv.Storage"] =
        [
            ["Checkpoints", "Scrub"],
            ["Memtables", "Sqlite", "Wal"],
            ["Directories"],
            ["Files"],
            ["Codec", "Failures"],
            ["Observers"],
        ],
        ["AspireKv.Gateway"] =
        [
            ["ClusterStatus", "Documentation", "Proxy"],
            ["KeyValue", "Security"],
            ["Errors"],
            ["Routes"],
            ["Settings", "Telemetry"],
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
            .Select(file => file.Folder[(project.Folder.Length + 1)..].Replace('/', '.')).ToHashSet();

        Assert.All(folders, folder => Assert.NotNull(RoomOf(entry.Value, folder)));
        Assert.All(entry.Value.SelectMany(names => names), name => Assert.Contains(name, folders));
    });

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
        var upwards = Floors.SelectMany(entry => Graphs.Value[entry.Key].Arrows
            .Where(arrow => RoomOf(entry.Value, arrow.From) != RoomOf(entry.Value, arrow.To))
            .Where(arrow => FloorOf(entry.Value, arrow.From) >= FloorOf(entry.Value, arrow.To))
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

    /// <summary>
    /// The name on the floors that the folder goes by: its own, or that of the nearest folder above it; null for the project's own folder.
    /// </summary>
    private static string? RoomOf(string[][] floors, string folder) => floors.SelectMany(names => names)
        .Where(name => folder == name || folder.StartsWith(name + ".", StringComparison.Ordinal))
        .MaxBy(name => name.Length);

    /// <summary>Counted from the top; the project's own folder is above the first floor.</summary>
    private static int FloorOf(string[][] floors, string folder) =>
        Array.FindIndex(floors, names => names.Contains(RoomOf(floors, folder)));
}
