using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AspireKv.AppHost;

/// <summary>
/// What the cluster in a data root was started with first. Its nodes wrote that down when they founded it, and end when they are told
/// something else: better that the AppHost says so in one line before it starts them. What the nodes hold is the truth; this note of it
/// is never made up for data that are there already.
/// </summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="ReplicationFactor">On how many nodes each partition lives.</param>
internal sealed record FoundedCluster(int Nodes, int ReplicationFactor)
{
    private const string FileName = "cluster.json";
    private const string NodePrefix = "node";

    /// <summary>One line about what is asked for and cannot be had; null when it can, or when no node ever ran there.</summary>
    public static string? FindProblem(DataRoot dataRoot, ClusterSettings settings)
    {
        var nodes = CountNodes(dataRoot);
        if (nodes == 0)
        {
            return null;
        }

        var file = dataRoot.FileOf(FileName);
        return Read(file) is { IsPossible: true } founded
            ? founded.FindDifference(settings, file)
            : $"The data root {settings.DataRoot} holds the data of {nodes} nodes, but {file}, which says what their cluster was founded "
                + "with, is missing or cannot be right. Put it back from a copy, or write into it what was given at the first start, such "
                + $"as {JsonSerializer.Serialize(Assumed(nodes), FoundedClusterJson.Default.FoundedCluster)}: with a wrong number the "
                + "nodes say what is right and end, and the data stay as they are.";
    }

    /// <summary>Writes down what is about to be founded.</summary>
    public static bool TryStore(DataRoot dataRoot, ClusterSettings settings, [NotNullWhen(false)] out string? problem)
    {
        var founded = new FoundedCluster(settings.Nodes, settings.ReplicationFactor);
        var file = dataRoot.FileOf(FileName);
        try
        {
            WholeFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(founded, FoundedClusterJson.Default.FoundedCluster));
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{file} cannot be written: {exception.Message} Make room for it, or give another --data-root.";
            return false;
        }
    }

    /// <summary>The highest number of a node that has a directory.</summary>
    private static int CountNodes(DataRoot dataRoot) => dataRoot.ListDirectories()
        .Where(static name => name.StartsWith(NodePrefix, StringComparison.Ordinal))
        .Select(static name => int.TryParse(name.AsSpan(NodePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0)
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>Null when there is none that can be read.</summary>
    private static FoundedCluster? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), FoundedClusterJson.Default.FoundedCluster);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What a cluster of so many nodes has unless something else is asked for.</summary>
    private static FoundedCluster Assumed(int nodes) => new(nodes, ClusterSettings.DefaultReplicationFactor(nodes));

    /// <summary>More directories than nodes are possible: a start with a wrong number leaves some.</summary>
    private bool IsPossible => Nodes is >= 1 and <= ClusterSettings.MaxNodes && ReplicationFactor >= 1 && ReplicationFactor <= Nodes;

    private string? FindDifference(ClusterSettings settings, string file)
    {
        var (option, stored, asked) = Nodes != settings.Nodes
            ? ("--nodes", Nodes, settings.Nodes)
            : ("--replication-factor", ReplicationFactor, settings.ReplicationFactor);
        return stored == asked
            ? null
            : $"The cluster in the data root {settings.DataRoot} was founded with {option} {stored}, not {asked}, as {file} says, and "
                + $"keeps it: give {option} {stored}, or another --data-root.";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FoundedCluster))]
internal sealed partial class FoundedClusterJson : JsonSerializerContext;
