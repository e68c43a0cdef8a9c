using System.Text.RegularExpressions;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// Which folder may know of which other one. A new arrow, or one that is no longer used, must be written down here: that is where somebody looks at it.
/// </summary>
public sealed partial class ArrowTests
{
    /// <summary>The projects, and the projects that each may refer to.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["AspireKv.Cluster"] = [],
        ["AspireKv.Transport"] = ["AspireKv.Cluster"],
        ["AspireKv.ServiceDefaults"] = [],
        ["AspireKv.Storage"] = ["AspireKv.Cluster"],
        ["AspireKv.StorageNode"] = ["AspireKv.Cluster", "AspireKv.ServiceDefaults", "AspireKv.Storage", "AspireKv.Transport"],
        ["AspireKv.Gateway"] = ["AspireKv.Cluster", "AspireKv.ServiceDefaults", "AspireKv.Transport"],
        ["AspireKv.Auth"] = ["AspireKv.ServiceDefaults"],
    };

    /// <summary>Within a project, the folders that each folder may refer to; a name's dots are its path. What is not named refers to none.</summary>
    private static readonly Dictionary<string, string[]> Folders = new()
    {
        ["Cluster.Versioning"] = ["Topology"],
        ["Cluster.Ring"] = ["Keys", "Topology"],
        ["Cluster.Operations"] = ["Keys", "Topology", "Versioning"],
        ["Cluster.Messages"] = ["Coordination", "Keys", "Topology", "Versioning"],
        ["Cluster.Replicas"] = ["Coordination", "Keys", "Messages", "Operations", "Topology", "Versioning"],
        ["Cluster.Coordination"] = ["Keys", "Messages", "Operations", "Partitions", "Replicas", "Topology", "Versioning"],
        ["Cluster.Partitions"] = ["Coordination", "Messages", "Operations", "Replicas", "Topology", "Versioning"],
        ["Cluster.Membership"] = ["Topology"],
        ["Cluster.Status"] = ["Membership", "Topology", "Versioning"],

        ["Transport.Frames"] = ["Client", "Codec"],
        ["Transport.Handshake"] = ["Codec"],
        ["Transport.Client"] = ["Codec", "Frames", "Handshake"],
        ["Transport.Server"] = ["Codec", "Frames"],

        // Below the engine nothing orders the steps: log, memtable and SQLite do not know each other; checkpoints and scrub know them all.
        ["Storage.Failures"] = ["Observers"],
        ["Storage.Files"] = ["Codec", "Failures"],
        ["Storage.Directories"] = ["Codec", "Failures", "Files"],
        ["Storage.Memtables"] = ["Codec"],
        ["Storage.Sqlite"] = ["Codec", "Directories", "Failures", "Observers"],
        ["Storage.Wal"] = ["Codec", "Directories", "Failures", "Files", "Observers"],
        ["Storage.Checkpoints"] = ["Failures", "Files", "Memtables", "Observers", "Sqlite", "Wal"],
        ["Storage.Scrub"] = ["Failures", "Sqlite", "Wal"],

        // The host of the core: operations come in from peers, run in partitions, and leave for peers again.
        ["StorageNode.Replicas"] = ["Coordination"],
        ["StorageNode.Coordination"] = ["Founding", "Peers", "Replicas"],
        ["StorageNode.Peers"] = ["Coordination", "Founding"],
        ["StorageNode.Founding"] = ["Liveness", "Peers", "Replicas"],
        ["StorageNode.Liveness"] = ["Peers"],
        ["StorageNode.Rebuild"] = ["Founding"],
        ["StorageNode.Tombstones"] = ["Founding"],
        ["StorageNode.Api"] = ["Founding"],

        ["Gateway.Cluster"] = [],
        ["Gateway.Routing"] = ["Api", "Cluster"],
        ["Gateway.Api"] = ["Cluster", "Routing"],
        ["Gateway.Security"] = ["Api"],

        ["Auth.AccessTokens"] = ["Accounts"],
        ["Auth.Api"] = ["AccessTokens", "Accounts"],
    };

    [Fact]
    public void Projects_ReferToTheirOwnLayerAndBelowOnly()
    {
        foreach (var (project, allowed) in Projects)
        {
            var referred = References().Matches(SourceTree.Read($"{project}/{project}.csproj")).Select(match => match.Groups["name"].Value).Order();

            Assert.Equal(allowed.Order(), referred);
        }
    }

    [Fact]
    public void Folders_ReferOnlyToWhatIsWrittenDown()
    {
        var wrong = new List<string>();
        var used = new HashSet<(string From, string To)>();
        foreach (var file in SourceTree.Product.Where(file => Projects.ContainsKey(file.Project)))
        {
            var own = Namespace().Match(file.Text).Groups["name"].Value;
            if (own.Length <= file.Project.Length)
            {
                // The composition of a service knows all of it.
                continue;
            }

            var from = own["AspireKv.".Length..];
            foreach (var other in Usings().Matches(file.Text).Select(match => match.Groups["name"].Value))
            {
                if (!other.StartsWith(file.Project + ".", StringComparison.Ordinal) || other == own)
                {
                    continue;
                }

                var to = other[(file.Project.Length + 1)..];
                used.Add((from, to));
                if (!Folders.GetValueOrDefault(from, []).Contains(to))
                {
                    wrong.Add($"{file.Path} uses {other}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(used.Order(), Folders.SelectMany(entry => entry.Value.Select(to => (entry.Key, to))).Order());
    }

    [Fact]
    public void Core_AsksNothingOfTheMachine()
    {
        // What decides must be the same in a simulation: no clock, thread, file, socket or chance of its own.
        string[] forbidden =
        [
            "using System.IO;", "File.", "Directory.", "using System.Net", "using System.Threading", "DateTime.", "DateTimeOffset.", "Stopwatch", "TimeProvider", "Environment.", "Task",
            "Thread", "Random.Shared", "Guid.NewGuid", "RandomNumberGenerator", "ILogger", "IServiceProvider", "async ", "await ", "lock (",
        ];
        var wrong = SourceTree.Product.Where(file => file.Project == "AspireKv.Cluster")
            .SelectMany(file => Code(file.Text).Where(line => forbidden.Any(word => line.Contains(word, StringComparison.Ordinal))).Select(line => $"{file.Path}: {line}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Code_HasNoNotesToSelf()
    {
        string[] notes = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"];
        var wrong = SourceTree.Product
            .SelectMany(file => file.Text.Split('\n').Where(line => notes.Any(note => line.Contains(note, StringComparison.Ordinal))).Select(line => $"{file.Path}: {line.Trim()}"));

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Code(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith("//", StringComparison.Ordinal));

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/(?<name>[\w.]+)\.csproj""")]
    private static partial Regex References();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (static )?(?<name>AspireKv[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
