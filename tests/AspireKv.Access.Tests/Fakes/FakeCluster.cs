using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Tests.Fakes;

/// <summary>Three nodes behind fake links, and two partitions: the first prefers node 1, the second node 2.</summary>
internal sealed class FakeCluster : INodeLinkFactory
{
    public static readonly NodeId One = new(1);
    public static readonly NodeId Two = new(2);
    public static readonly NodeId Three = new(3);

    public FakeCluster()
    {
        var members = new ClusterMembersOptions();
        foreach (var member in Founding.Members)
        {
            members.Members.Add(member.Id.ToString(), member.Name);
        }

        Nodes = new NodeDirectory(this, Options.Create(members));
        Knowledge = new ClusterKnowledge(Nodes);
    }

    public static FoundingRecord Founding { get; } = new()
    {
        ClusterId = new Guid("6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11"),
        PartitionCount = 2,
        ReplicationFactor = 3,
        VirtualNodes = 16,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = [new Member(One, "node1", 1), new Member(Two, "node2", 2), new Member(Three, "node3", 3)],
        Placement = [[One, Two, Three], [Two, Three, One]],
    };

    public NodeDirectory Nodes { get; }

    public ClusterKnowledge Knowledge { get; }

    /// <summary>Every link that was ever opened.</summary>
    public List<FakeLink> Opened { get; } = [];

    public INodeLink Open(NodeId node, string name, string hint)
    {
        var link = new FakeLink(node, name);
        Opened.Add(link);
        return link;
    }

    public FakeLink Link(NodeId node) => (FakeLink)Nodes.Current.Find(node)!;

    /// <summary>The nodes have told of the founding, and of nothing else.</summary>
    public FakeCluster Known()
    {
        Knowledge.Take([Status(One)]);
        return this;
    }

    public static NodeStatus Status(NodeId node, params PartitionStatus[] partitions) =>
        new(Founding.Find(node)!, Founding with { }, [], partitions);

    public static PartitionStatus Partition(
        int number, long round, NodeId owner, bool holdsBallot = false, PartitionConfig? config = null, bool isLearner = false) =>
        new(number, new Ballot(round, owner), holdsBallot, config) { IsLearner = isLearner };
}
