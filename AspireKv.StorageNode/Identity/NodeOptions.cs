using System.ComponentModel.DataAnnotations;
using AspireKv.Cluster.Topology;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Identity;

/// <summary>What sets this node apart from the others.</summary>
internal sealed class NodeOptions
{
    public const string SectionName = "Node";

    /// <summary>The number of this node, one of <see cref="ClusterOptions.Members"/>.</summary>
    [Range(1, NodeId.MaxValue)]
    public int Id { get; set; }

    /// <summary>The directory of this node's files; made when it is not there. No two nodes may share one.</summary>
    [Required]
    public string DataDirectory { get; set; } = "";

    /// <summary>The IP address and port on which the peers' listener is opened, such as <c>127.0.0.1:7101</c>.</summary>
    [Required]
    public string PeerEndpoint { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class NodeOptionsValidator : IValidateOptions<NodeOptions>;
