using System.Text.RegularExpressions;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Cluster;

/// <summary>The nodes that the gateway talks to; the section is shared with the nodes.</summary>
public sealed class ClusterMembersOptions
{
    public const string SectionName = "Cluster";

    /// <summary>The name of each founding member by its id, such as <c>Cluster__Members__1=node1</c>.</summary>
    public Dictionary<int, string> Members { get; } = [];
}

internal sealed partial class ClusterMembersOptionsValidator : IValidateOptions<ClusterMembersOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterMembersOptions options)
    {
        if (options.Members.Count == 0)
        {
            return ValidateOptionsResult.Fail("Cluster:Members names no node; set Cluster__Members__1=node1 and so on, one for each founding member.");
        }

        foreach (var (id, member) in options.Members)
        {
            if (id is < 1 or > NodeId.MaxValue)
            {
                return ValidateOptionsResult.Fail($"Cluster:Members:{id} is not a node id; ids go from 1 to {NodeId.MaxValue}.");
            }

            if (!Name().IsMatch(member))
            {
                return ValidateOptionsResult.Fail($"Cluster:Members:{id} must be a name of letters, digits, '-' and '.', at most 63 characters.");
            }
        }

        return options.Members.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count() == options.Members.Count
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Cluster:Members gives two nodes the same name.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.-]{0,62}\z")]
    private static partial Regex Name();
}
