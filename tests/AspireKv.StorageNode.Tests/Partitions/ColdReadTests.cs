using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Partitions;

/// <summary>A disk that hangs while it is read holds up what needs it, and nothing else.</summary>
public sealed class ColdReadTests
{
    private static readonly StoreKey Cold = StoreKey.Create("default", "cold"u8);
    private static readonly StoreKey Hot = StoreKey.Create("default", "hot"u8);

    [Fact]
    public async Task Get_OfAKeyOnADiskThatHangs_HoldsUpNoOtherKeyOfItsPartition()
    {
        await using var node = NodeWithAColdKey();
        node.SqliteMayBeRead.Reset();

        var cold = await SubmitAsync(node, Some.Get with { Key = Cold });
        var hot = await SubmitAsync(node, Some.Get with { Key = Hot });
        Assert.Equal(OperationOutcome.Found, hot.TakeResult().Outcome);
        var put = await SubmitAsync(node, Some.Put with { Key = Hot });
        Assert.Equal(OperationOutcome.Applied, put.TakeResult().Outcome);
        Assert.False(cold.HasResult);

        node.SqliteMayBeRead.Set();
        Assert.Equal("value"u8, cold.TakeResult().Entry!.Value.Span);
    }

    [Fact]
    public async Task Read_OfAPeerForAKeyOnADiskThatHangs_IsAnsweredOnItsConnectionOnceItWasRead()
    {
        await using var node = NodeWithAColdKey();
        var ballot = node.Partition.GetStatus().Promised;
        var peer = new FakeConnection(node: 2);
        node.SqliteMayBeRead.Reset();

        var read = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = ballot, Key = Cold };
        await Task.Run(() => node.Partition.OnRequest(peer, read, default)).WaitAsync(Patience.Limit);
        var confirm = Some.Prepare() with { Kind = PeerRequestKind.Confirm, Ballot = ballot, Id = new RequestId(1, 2) };
        await Task.Run(() => node.Partition.OnRequest(peer, confirm, default)).WaitAsync(Patience.Limit);
        Assert.Equal(PeerResponseKind.Confirmed, peer.TakeResponse().Kind);

        node.SqliteMayBeRead.Set();
        Assert.Equal("value"u8, peer.TakeResponse().Entry!.Value.Span);
    }

    [Fact]
    public async Task Read_SentAgainWhileTheDiskHangs_IsAnsweredOnce()
    {
        await using var node = NodeWithAColdKey();
        var ballot = node.Partition.GetStatus().Promised;
        var peer = new FakeConnection(node: 2);
        node.SqliteMayBeRead.Reset();

        var read = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = ballot, Key = Cold };
        for (var time = 0; time < 3; time++)
        {
            await Task.Run(() => node.Partition.OnRequest(peer, read, default)).WaitAsync(Patience.Limit);
        }

        node.SqliteMayBeRead.Set();
        Assert.Equal(PeerResponseKind.ReadResult, peer.TakeResponse().Kind);
        var confirm = Some.Prepare() with { Kind = PeerRequestKind.Confirm, Ballot = ballot, Id = new RequestId(1, 2) };
        node.Partition.OnRequest(peer, confirm, default);
        Assert.Equal(PeerResponseKind.Confirmed, peer.TakeResponse().Kind);
    }

    /// <summary>The first connection broke while the disk hung: an answer there is lost, and nobody asks twice on the second.</summary>
    [Fact]
    public async Task Read_SentAgainOnANewConnection_IsAnsweredThere()
    {
        await using var node = NodeWithAColdKey();
        var (first, second) = (new FakeConnection(node: 2), new FakeConnection(node: 2));
        node.SqliteMayBeRead.Reset();

        var read = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = node.Partition.GetStatus().Promised, Key = Cold };
        await Task.Run(() => node.Partition.OnRequest(first, read, default)).WaitAsync(Patience.Limit);
        await Task.Run(() => node.Partition.OnRequest(second, read, default)).WaitAsync(Patience.Limit);
        node.SqliteMayBeRead.Set();

        Assert.Equal(PeerResponseKind.ReadResult, second.TakeResponse().Kind);
    }

    [Fact]
    public async Task Read_OfAProcessThatIsLetInNoMore_IsLeftUnanswered()
    {
        await using var node = NodeWithAColdKey();
        var peer = new FakeConnection(node: 2);
        node.SqliteMayBeRead.Reset();

        var read = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = node.Partition.GetStatus().Promised, Key = Cold };
        await Task.Run(() => node.Partition.OnRequest(peer, read, default)).WaitAsync(Patience.Limit);
        node.Lives.LetsIn = false;
        node.SqliteMayBeRead.Set();

        Assert.Equal(PeerResponseKind.Unanswered, peer.TakeResponse().Kind);
    }

    [Fact]
    public async Task Reads_OfMoreKeysThanWaitForTheDisk_AreLeftUnanswered()
    {
        await using var node = NodeWithAColdKey();
        var peer = new FakeConnection(node: 2);
        node.SqliteMayBeRead.Reset();

        var read = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = node.Partition.GetStatus().Promised };
        var refused = await Task.Run(() =>
        {
            for (var i = 0; i < 100_000 && peer.ResponseCount == 0; i++)
            {
                node.Partition.OnRequest(
                    peer,
                    read with { Key = StoreKey.Create("default", BitConverter.GetBytes(i)), Id = new RequestId(1, i) },
                    default);
            }

            return peer.TakeResponse();
        }).WaitAsync(Patience.Limit);

        Assert.Equal(PeerResponseKind.Unanswered, refused.Kind);
    }

    [Fact]
    public async Task List_OfAPeer_IsAnsweredWithThePageOfTheDisk()
    {
        await using var node = NodeWithAColdKey();
        var ballot = node.Partition.GetStatus().Promised;
        var peer = new FakeConnection(node: 2);
        node.Partition.OnRequest(peer, Some.Prepare() with { Kind = PeerRequestKind.List, Ballot = ballot, Key = default }, default);

        Assert.Equal([Cold, Hot], peer.TakeResponse().Page!.Keys);
    }

    /// <summary>The node keeps nothing of SQLite in memory, and one of its two keys is in SQLite alone.</summary>
    private static TestNode NodeWithAColdKey()
    {
        var node = new TestNode(cacheBytes: 0).TakePart();
        foreach (var key in (StoreKey[])[Cold, Hot])
        {
            var owner = new TestOwner();
            node.Partition.Submit(new PendingOperation(Some.Put with { Key = key }, owner: owner));
            Assert.Equal(OperationOutcome.Applied, owner.TakeResult().Outcome);
            if (key == Cold)
            {
                Assert.True(node.Engine.Checkpoint());
            }
        }

        return node;
    }

    /// <summary>Gives the operation to the partition, which must not keep the thread.</summary>
    private static async Task<TestOwner> SubmitAsync(TestNode node, ClientOperation operation)
    {
        var owner = new TestOwner();
        await Task.Run(() => node.Partition.Submit(new PendingOperation(operation, owner: owner))).WaitAsync(Patience.Limit);
        return owner;
    }
}
