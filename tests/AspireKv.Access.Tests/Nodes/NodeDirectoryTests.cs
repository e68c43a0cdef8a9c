using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Topology;

namespace AspireKv.Access.Tests.Nodes;

public sealed class NodeDirectoryTests
{
    private readonly FakeCluster _cluster = new();

    [Fact]
    public void Current_AtTheStart_HasTheConfiguredNodesByRisingId()
    {
        var set = _cluster.Nodes.Current;

        Assert.Equal(["node1", "node2", "node3"], set.All.Select(link => link.Name));
        Assert.Same(set.All[1], set.Find(FakeCluster.Two));
        Assert.Same(set.All[1], set.Find("node2"));
        Assert.Null(set.Find(new NodeId(9)));
        Assert.Null(set.Find("node9"));
    }

    [Fact]
    public async Task Change_NodeAddedAndNodeGone_KeepsTheOthersLinksAndClosesOne()
    {
        var before = _cluster.Nodes.Current;

        await _cluster.Nodes.ChangeAsync(Members((1, "node1"), (3, "node3"), (4, "node4")));

        var after = _cluster.Nodes.Current;
        Assert.Equal(["node1", "node3", "node4"], after.All.Select(link => link.Name));
        Assert.Same(before.Find("node1"), after.Find("node1"));
        Assert.Same(before.Find("node3"), after.Find("node3"));
        Assert.Equal(["node2"], _cluster.Opened.Where(link => link.IsDisposed).Select(link => link.Name));
    }

    /// <summary>An operation that chose among the old set goes on with it.</summary>
    [Fact]
    public async Task Change_SetTakenBefore_StaysAsItWas()
    {
        var before = _cluster.Nodes.Current;

        await _cluster.Nodes.ChangeAsync(Members((4, "node4")));

        Assert.Equal(3, before.All.Length);
        Assert.NotNull(before.Find("node2"));
    }

    [Fact]
    public async Task Change_NodeUnderANewName_GetsANewLink()
    {
        await _cluster.Nodes.ChangeAsync(Members((1, "moved"), (2, "node2"), (3, "node3")));

        Assert.Equal("moved", _cluster.Nodes.Current.Find(FakeCluster.One)!.Name);
        Assert.Null(_cluster.Nodes.Current.Find("node1"));
        Assert.Equal(["node1"], _cluster.Opened.Where(link => link.IsDisposed).Select(link => link.Name));
    }

    [Fact]
    public async Task Dispose_ClosesEveryLink()
    {
        await _cluster.Nodes.DisposeAsync();

        Assert.All(_cluster.Opened, link => Assert.True(link.IsDisposed));
        Assert.Empty(_cluster.Nodes.Current.All);
    }

    private static Dictionary<NodeId, (string Name, string Hint)> Members(params (int Id, string Name)[] members) =>
        members.ToDictionary(member => new NodeId(member.Id), member => (member.Name, ""));
}
