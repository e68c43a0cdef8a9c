using System.Text.Json;
using System.Text.Json.Serialization;

namespace AspireKv.AppHost;

/// <summary>
/// What is noted of the cluster in a data root: what it was founded with, and what was asked for since. The nodes hold the truth
/// themselves; this note of it is never made up for data that are there already.
/// </summary>
/// <param name="Nodes">How many nodes founded it.</param>
/// <param name="ReplicationFactor">On how many nodes each partition lived then.</param>
internal sealed record FoundedCluster(int Nodes, int ReplicationFactor)
{
    public const string FileName = "cluster.json";

    /// <summary>
    /// How many nodes were asked for last, as far as it is done: while nodes are being taken away, still the number with them. Null where
    /// that is the number that founded it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Asked { get; init; }

    /// <summary>
    /// The nodes that an operator removed and nobody started since; null for none. Forgotten when another number is asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Removed { get; init; }

    [JsonIgnore]
    public int Wanted => Asked ?? Nodes;

    public bool IsRemoved(int id) => Removed?.Contains(id) ?? false;

    /// <summary>What is noted, or null when there is no note that can be right.</summary>
    public static FoundedCluster? Read(string dataRoot)
    {
        try
        {
            var content = File.ReadAllBytes(Path.Combine(dataRoot, FileName));
            var noted = JsonSerializer.Deserialize(content, FoundedClusterJson.Default.FoundedCluster);
            return noted is { IsPossible: true } ? noted : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FoundedClusterJson.Default.FoundedCluster);

    /// <summary>The note once so many nodes are asked for. A lower number is noted when it is reached.</summary>
    public FoundedCluster WithAsked(int nodes) =>
        nodes == Wanted ? this : this with { Asked = Math.Max(nodes, Wanted), Removed = null };

    /// <summary>The note once no more nodes are there than were asked for.</summary>
    public FoundedCluster WithReached(int nodes) => this with { Asked = nodes == Nodes ? null : nodes };

    public FoundedCluster WithRemoved(int id) => this with { Removed = [.. (Removed ?? []).Append(id).Distinct().Order()] };

    public FoundedCluster WithStarted(int id) =>
        this with { Removed = Removed?.Where(other => other != id).ToArray() is { Length: > 0 } left ? left : null };

    /// <summary>More directories than nodes are possible: spare nodes have some, too.</summary>
    private bool IsPossible =>
        Nodes is >= 1 and <= ClusterSettings.MaxNodes
        && ReplicationFactor >= 1 && ReplicationFactor <= Nodes
        && Wanted is >= 1 and <= ClusterSettings.MaxNodes;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FoundedCluster))]
internal sealed partial class FoundedClusterJson : JsonSerializerContext;
