using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Tests.World;

namespace AspireKv.StorageNode.Tests.Partitions;

/// <summary>A disk that hangs while it is read holds up what needs it, and nothing else.</summary>
public sealed class ColdReadTests
{
    /// <summary>How many reads of SQLite run at once, as long as nobody configures another number.</summary>
    private const int Readers = 4;

    private static readonly StoreKey Cold = StoreKey.Create("default", "cold"u8);
    private static readonly StoreKey Hot = StoreKey.Create("default", "hot"u8);
    private static readonly StoreKey New = StoreKey.Create("default", "new"u8);

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
        var list = Some.Prepare() with { Kind = PeerRequestKind.List, Ballot = ballot, Key = default, Buckets = BucketSet.All };
        node.Partition.OnRequest(peer, list, default);
        Assert.Equal([Cold, Hot], peer.TakeResponse().Page!.Keys.Select(listed => listed.Key));

        var ofHot = default(BucketSet).With(BucketSet.BucketOf(Hot));
        node.Partition.OnRequest(peer, list with { Buckets = ofHot, Id = new RequestId(1, 2) }, default);
        var page = peer.TakeResponse().Page!;
        Assert.Equal(node.Engine.Find(0, Hot)!.Stamp, Assert.Single(page.Keys).Stamp);
        Assert.True(page.IsLast);
    }

    [Fact]
    public async Task Sum_OfAPeer_IsAnsweredWithWhatTheDiskAndMemoryHold()
    {
        await using var node = NodeWithAColdKey();
        var peer = new FakeConnection(node: 2);
        var sum = Some.Prepare() with { Kind = PeerRequestKind.Sum, Ballot = node.Partition.GetStatus().Promised };
        node.Partition.OnRequest(peer, sum, default);

        var response = peer.TakeResponse();

        Assert.Equal(PeerResponseKind.Summed, response.Kind);
        Assert.Equal(2, response.Sums!.Counts.ToArray().Sum());
        Assert.True(response.Sums.DifferencesFrom(node.Engine.SumBuckets(0)).IsEmpty);
    }

    /// <summary>
    /// The read looked at memory before an Accept was placed and acknowledged. Who asks after that must be told of it: a sweep would leave
    /// the key out otherwise.
    /// </summary>
    [Theory]
    [InlineData(PeerRequestKind.List)]
    [InlineData(PeerRequestKind.Sum)]
    public async Task Requests_OnBothSidesOfAnAccept_DoNotShareARead(PeerRequestKind kind)
    {
        await using var node = NodeWithAColdKey();
        var (first, second) = (new FakeConnection(node: 2), new FakeConnection(node: 3));
        var ask = Some.Prepare() with { Kind = kind, Ballot = node.Partition.GetStatus().Promised, Buckets = BucketSet.All };
        node.SqliteMayBeRead.Reset();

        await RequestAsync(node, first, ask);
        await Patience.UntilAsync(() => node.HeldSqliteReads == 1, "the read for the first request waits for SQLite");
        var put = await SubmitAsync(node, Some.Put with { Key = New });
        Assert.Equal(OperationOutcome.Applied, put.TakeResult().Outcome);
        await RequestAsync(node, second, ask);
        node.SqliteMayBeRead.Set();

        Assert.Equal(3, CountOf(second.TakeResponse()));
        Assert.Equal(2, CountOf(first.TakeResponse()));
    }

    /// <summary>What is only queued sees what comes before it begins, so one read serves all.</summary>
    [Theory]
    [InlineData(PeerRequestKind.List)]
    [InlineData(PeerRequestKind.Sum)]
    public async Task Requests_WhileTheirReadIsQueued_ShareIt(PeerRequestKind kind)
    {
        await using var node = NodeWithAColdKey();
        var ballot = node.Partition.GetStatus().Promised;
        var peer = new FakeConnection(node: 2);
        node.SqliteMayBeRead.Reset();
        for (var i = 0; i < Readers; i++)
        {
            var busy = Some.Prepare() with { Kind = PeerRequestKind.Read, Ballot = ballot, Id = new RequestId(2, i) };
            await RequestAsync(node, peer, busy with { Key = StoreKey.Create("default", BitConverter.GetBytes(i)) });
        }

        await Patience.UntilAsync(() => node.HeldSqliteReads == Readers, "all readers wait for SQLite");
        var ask = Some.Prepare() with { Kind = kind, Ballot = ballot, Buckets = BucketSet.All };
        var asking = Enumerable.Range(0, 3).Select(i => new FakeConnection(node: i + 2)).ToArray();
        foreach (var (i, from) in asking.Index())
        {
            await RequestAsync(node, from, ask with { Id = new RequestId(3, i) });
        }

        var put = await SubmitAsync(node, Some.Put with { Key = New });
        Assert.Equal(OperationOutcome.Applied, put.TakeResult().Outcome);
        node.SqliteMayBeRead.Set();

        // One page, or one list of sums, for all of them, and the entry placed before it was read is in it.
        var answers = asking.Select(from => from.TakeResponse()).ToArray();
        Assert.All(answers, answer => Assert.Equal(3, CountOf(answer)));
        Assert.Single(answers.Select(answer => (object?)answer.Page ?? answer.Sums).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Theory]
    [InlineData(PeerRequestKind.List)]
    [InlineData(PeerRequestKind.Sum)]
    public async Task Request_SentAgainAfterItsReadBegan_IsAnsweredOnceOnTheNewConnection(PeerRequestKind kind)
    {
        await using var node = NodeWithAColdKey();
        var ballot = node.Partition.GetStatus().Promised;
        var (first, second) = (new FakeConnection(node: 2), new FakeConnection(node: 2));
        var ask = Some.Prepare() with { Kind = kind, Ballot = ballot, Buckets = BucketSet.All };
        node.SqliteMayBeRead.Reset();

        await RequestAsync(node, first, ask);
        await Patience.UntilAsync(() => node.HeldSqliteReads == 1, "the read waits for SQLite");
        await RequestAsync(node, second, ask);
        node.SqliteMayBeRead.Set();
        Assert.Equal(2, CountOf(second.TakeResponse()));

        var confirm = Some.Prepare() with { Kind = PeerRequestKind.Confirm, Ballot = ballot, Id = new RequestId(1, 2) };
        await RequestAsync(node, first, confirm);
        await RequestAsync(node, second, confirm);
        Assert.Equal(PeerResponseKind.Confirmed, first.TakeResponse().Kind);
        Assert.Equal(PeerResponseKind.Confirmed, second.TakeResponse().Kind);
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

    private static int CountOf(PeerResponse response) => response.Page?.Keys.Count ?? response.Sums!.Counts.ToArray().Sum();

    /// <summary>Gives the request to the partition, which must not keep the thread.</summary>
    private static Task RequestAsync(TestNode node, FakeConnection from, PeerRequest request) =>
        Task.Run(() => node.Partition.OnRequest(from, request, default)).WaitAsync(Patience.Limit);

    /// <summary>Gives the operation to the partition, which must not keep the thread.</summary>
    private static async Task<TestOwner> SubmitAsync(TestNode node, ClientOperation operation)
    {
        var owner = new TestOwner();
        await Task.Run(() => node.Partition.Submit(new PendingOperation(operation, owner: owner))).WaitAsync(Patience.Limit);
        return owner;
    }
}
