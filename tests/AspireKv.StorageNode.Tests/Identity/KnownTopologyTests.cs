using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Identity;

public sealed class KnownTopologyTests : IAsyncDisposable
{
    private readonly TestNode _node = new TestNode().TakePart(replicas: 3);

    private KnownTopology Known => _node.Topology;

    [Fact]
    public void First_FollowsFromTheFounding()
    {
        Assert.Equal((1, 0), (Known.Version, Known.Current!.Generation));
        Assert.True(Known.Knows(1));
        Assert.False(Known.Knows(2));
        Assert.True(Known.IsRegistered(_node.Self.Id, _node.Self.Member.Incarnation));
        Assert.False(Known.IsRegistered(_node.Self.Id, _node.Self.Member.Incarnation + 1));
        Assert.False(Known.IsRegistered(new NodeId(9), 9));
    }

    [Fact]
    public void Newer_IsKeptAndTold()
    {
        var heard = new List<long>();
        Known.Listen(topology => heard.Add(topology.Version));

        Assert.True(Known.Believe(Version(3)));

        Assert.Equal([1, 3], heard);
        Assert.Equal(3, _node.Engine.Topology!.Version);
    }

    [Fact]
    public void OlderOrTheSame_IsNoNews()
    {
        Known.Believe(Version(3));

        Assert.False(Known.Believe(Version(2)));
        Assert.False(Known.Believe(Version(3)));
        Assert.Equal(3, Known.Version);
    }

    [Fact]
    public void AnotherClusters_IsNotBelieved() =>
        Assert.False(Known.Believe(Version(3) with { ClusterId = new Guid("6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11") }));

    /// <summary>Otherwise a node started again would not know that it was a member, and would join anew with what it held.</summary>
    [Fact]
    public async Task OneThatNamesThisNodeNoMore_IsHeardAndNotKept()
    {
        Known.Believe(Version(3));

        Assert.False(Known.Believe(Known.Current!.Without(_node.Self.Id)));

        Assert.Equal(4, await Known.Removal.WaitAsync(Patience.Limit));
        Assert.Equal((3, 3), (Known.Version, _node.Engine.Topology!.Version));
    }

    /// <summary>Another life of the number is no removal: who is the node is for the others to judge.</summary>
    [Fact]
    public void OneThatNamesAnotherLife_IsKept()
    {
        var members = Known.Current!.Members;
        var other = members[0] with { Identity = members[0].Identity with { Incarnation = 99 } };

        Assert.True(Known.Believe(Version(2) with { Members = [other, .. members.Skip(1)] }));
        Assert.False(Known.Removal.IsCompleted);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private ClusterTopology Version(long version) => Known.Current! with { Version = version };
}
