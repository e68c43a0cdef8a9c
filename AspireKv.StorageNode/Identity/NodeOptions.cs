using System.ComponentModel.DataAnnotations;
using System.Net;
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

    /// <summary>
    /// HOST:PORT at which the members and the gateways reach that listener, for those that service discovery tells no address of this node.
    /// By default <see cref="PeerEndpoint"/>, unless that stands for all addresses of the machine.
    /// </summary>
    [MaxLength(256)]
    public string PeerAddress { get; set; } = "";

    /// <summary>
    /// Whether this node takes its share of the partitions as soon as it is a member; else it holds nothing until a plan says so. Counts
    /// where the node joins a cluster that was founded without it.
    /// </summary>
    public bool TakesShare { get; set; }

    /// <summary>What to tell others, or empty where there is nothing to tell.</summary>
    public string AdvertisedAddress =>
        PeerAddress.Length > 0 ? PeerAddress
        : IPEndPoint.TryParse(PeerEndpoint, out var endpoint) && !endpoint.Address.Equals(IPAddress.Any)
            && !endpoint.Address.Equals(IPAddress.IPv6Any) ? PeerEndpoint
        : "";
}

[OptionsValidator]
internal sealed partial class NodeOptionsValidator : IValidateOptions<NodeOptions>;
