using AspireKv.Access.Nodes;
using AspireKv.Access.Tests.Fakes;
using AspireKv.Cluster.Status;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Access.Tests.Nodes;

public sealed class NodeSurveyTests
{
    private static readonly TombstoneStatus Told = new(Partitions: 1, Tombstones: 2, Held: 0, []);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FakeCluster _cluster = new();
    private readonly FakeTimeProvider _time = new();
    private readonly NodeSurvey _survey;

    public NodeSurveyTests() => _survey = new NodeSurvey(_cluster.Nodes, _time);

    [Fact]
    public async Task Survey_NamesEveryNode_WithNoAnswerWhereOneCannotBeReached()
    {
        _cluster.Link(FakeCluster.One).Tombstones = Told;
        _cluster.Link(FakeCluster.Three).Tombstones = Told;

        var told = await _survey.AskAllAsync(
            static (node, cancelled) => node.GetTombstonesAsync(cancelled), Patience, CancellationToken.None);

        Assert.Equal(
            [(FakeCluster.One, Told), (FakeCluster.Two, null), (FakeCluster.Three, Told)],
            told.Select(answer => (answer.Node.Id, answer.Answer)));
    }

    [Fact]
    public async Task Survey_OfANodeThatHangs_GivesItUpAfterTheTime()
    {
        var asking = AskWithTwoHangingAsync(CancellationToken.None);
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        var told = await asking.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal(
            [(FakeCluster.One, Told), (FakeCluster.Two, null), (FakeCluster.Three, Told)],
            told.Select(answer => (answer.Node.Id, answer.Answer)));
    }

    [Fact]
    public async Task Survey_ThatNobodyWaitsFor_IsCancelled()
    {
        using var cancelling = new CancellationTokenSource();
        var asking = AskWithTwoHangingAsync(cancelling.Token);

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
    }

    private Task<IReadOnlyList<(INodeLink Node, TombstoneStatus? Answer)>> AskWithTwoHangingAsync(CancellationToken cancellationToken) =>
        _survey.AskAllAsync(
            async (node, cancelled) =>
            {
                if (node.Id == FakeCluster.Two)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancelled);
                }

                return Told;
            },
            Patience,
            cancellationToken);
}
