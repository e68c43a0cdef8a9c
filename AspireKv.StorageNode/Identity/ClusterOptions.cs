using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>
/// What all nodes of a cluster are started with. These settings take effect when the cluster is founded; afterwards the founding record
/// wins.
/// </summary>
internal sealed class ClusterOptions : IValidatableObject
{
    public const string SectionName = "Cluster";

    /// <summary>The founding members: each node's number and the name under which service discovery finds it.</summary>
    public Dictionary<string, string> Members { get; set; } = [];

    /// <summary>
    /// On how many nodes each partition lives. More survive more failures and cost more writes; a majority of them must be up.
    /// </summary>
    [Range(1, 7)]
    public int ReplicationFactor { get; set; } = 3;

    /// <summary>
    /// Into how many ranges the hashed key space is cut; a power of two. More spread finer over many nodes and cost memory on each.
    /// </summary>
    [Range(1, 65_536)]
    public int Partitions { get; set; } = 256;

    /// <summary>
    /// How many tokens each node has on the ring. More spread the first placement more evenly and cost time when it is computed.
    /// </summary>
    [Range(1, 4_096)]
    public int VirtualNodes { get; set; } = 128;

    /// <summary>
    /// Bytes of the longest value that clients may write; gateways go by it too. Raising it costs memory for each request that is under
    /// way.
    /// </summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Whether this node makes a member of whoever holds the credential and asks with a number that is free; by default in Development
    /// alone. Open it while nodes are being added.
    /// </summary>
    public bool? OpenToNewMembers { get; set; }

    /// <summary><see cref="Members"/> with their numbers read, ordered by number.</summary>
    public IReadOnlyList<KeyValuePair<NodeId, string>> OrderedMembers =>
        [.. Members
            .Select(member => KeyValuePair.Create(NodeId.Parse(member.Key), member.Value))
            .OrderBy(member => member.Key)];

    /// <summary>The name of the member, or null when the node is none.</summary>
    public string? NameOf(NodeId node) => Members.GetValueOrDefault(node.Value.ToString(CultureInfo.InvariantCulture));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in MemberNames.FindFaults(Members, "Cluster:Members"))
        {
            yield return new ValidationResult(fault);
        }

        if (Members.Count > 0 && ReplicationFactor > Members.Count)
        {
            yield return new ValidationResult(
                $"Cluster:ReplicationFactor is {ReplicationFactor}, but there are only {Members.Count} members; "
                + "it can be at most their number.");
        }

        if (!BitOperations.IsPow2(Partitions))
        {
            yield return new ValidationResult($"Cluster:Partitions is {Partitions}; it must be a power of two.");
        }
    }
}

[OptionsValidator]
internal sealed partial class ClusterOptionsValidator : IValidateOptions<ClusterOptions>;
