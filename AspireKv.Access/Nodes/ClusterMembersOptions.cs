using System.ComponentModel.DataAnnotations;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Nodes;

/// <summary>The nodes that this process talks to; the section is shared with the nodes.</summary>
public sealed class ClusterMembersOptions : IValidatableObject
{
    public const string SectionName = "Cluster";

    /// <summary>The founding members: each node's number and the name under which service discovery finds it.</summary>
    public Dictionary<string, string> Members { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        MemberNames.FindFaults(Members, "Cluster:Members").Select(static fault => new ValidationResult(fault));
}

[OptionsValidator]
internal sealed partial class ClusterMembersOptionsValidator : IValidateOptions<ClusterMembersOptions>;
