using AspireKv.Cluster.Status;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Tests.Topology;

public sealed class PartitionSizesTests : IAsyncDisposable
{
    private readonly TestNode _node = new TestNode().TakePart(leastMembers: 1);
    private readonly TestClock _clock = new();
    private readonly PartitionSizes _sizes;

    public PartitionSizesTests() => _sizes = new PartitionSizes(_node.Engine, _node.Hosted, _clock);

    [Fact]
    public async Task Sizes_AreThoseOfEachPartitionThatTheNodeHas()
    {
        _node.Delete(count: 3);

        var sizes = await AskAsync();

        Assert.Equal(_node.Hosted.All.Select(static partition => partition.Partition).Order(), sizes.Keys.Order());
        Assert.Equal(3, sizes[0].Entries);
        Assert.True(sizes[0].Bytes > 0);
    }

    [Fact]
    public async Task Count_IsMadeAgainOnceItIsOld()
    {
        await AskAsync();
        _node.Delete(count: 3);

        Assert.Equal(0, (await AskAsync())[0].Entries);
        _clock.Pass(PartitionSizes.Freshness);
        Assert.Equal(3, (await AskAsync())[0].Entries);
    }

    /// <summary>Whoever asks while the disk hangs waits for the count that is under way, and no other one is queued behind it.</summary>
    [Fact]
    public async Task Count_ThatTheDiskHoldsUp_IsTheOnlyOneHoweverOldItIs()
    {
        _node.SqliteMayBeRead.Reset();
        var first = _sizes.GetAsync();
        _clock.Pass(PartitionSizes.Freshness * 3);

        Assert.Same(first, _sizes.GetAsync());
        _node.SqliteMayBeRead.Set();
        Assert.NotNull(await first.WaitAsync(Patience.Limit));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task<IReadOnlyDictionary<int, Cluster.Membership.PartitionSize>> AskAsync()
    {
        var answered = new TaskCompletionSource<SizesResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sizes.OnAsked(new Asked<SizesRequest, SizesResponse>(new FakeConnection(), default, answered.SetResult));
        return (await answered.Task.WaitAsync(Patience.Limit)).Sizes;
    }
}
