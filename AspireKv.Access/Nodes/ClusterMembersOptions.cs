using System.ComponentModel.DataAnnotations;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Nodes;

/// <summary>The nodes that this process talks to; the section is shared with the nodes.</summary>
public sealed class ClusterMembersOptions : IValidatableObject
{
    public const string SectionName = "Cluster";

    /// <summary>The founding members: each node's number and the name under which service discovery finds it.</summary>
    [MinLength(1, ErrorMessage = "Cluster:Members names no node; set Cluster__Members__1=node1 and so on, one for each founding member.")]
    public Dictionary<string, string> Members { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (id, member) in Members)
        {
            if (!NodeId.TryParse(id, out _))
            {
                yield return new ValidationResult(
                    $"Cluster:Members:{id} is no node number; it must be from 1 to {NodeId.MaxValue}, without zeros before it.");
            }

            if (!Member.IsName(member))
            {
                yield return new ValidationResult(
                    $"Cluster:Members:{id} must be a name of letters, digits, '-' and '.', at most {Member.MaxNameLength} characters.");
            }
        }

        if (Members.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Members.Count)
        {
            yield return new ValidationResult("Cluster:Members gives two nodes the same name.");
        }
    }
}

[OptionsValidator]
internal sealed partial class ClusterMembersOptionsValidator : IValidateOptions<ClusterMembersOptions>;
