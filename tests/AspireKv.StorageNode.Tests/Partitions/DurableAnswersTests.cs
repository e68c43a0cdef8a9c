using System.Collections.Concurrent;
using AspireKv.Cluster.Messages;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Partitions;

/// <summary>When answers leave, with a disk that syncs when the test says so.</summary>
public sealed class DurableAnswersTests
{
    private readonly TestClock _time = new();
    private readonly DurableAnswers _answers;
    private readonly FakeConnection _peer = new();
    private readonly OwnCoordinator _own = new();

    public DurableAnswersTests() => _answers = new DurableAnswers(_time, NullLogger<DurableAnswers>.Instance);

    [Fact]
    public void Answer_ThatShowsWhatIsNotDurable_IsHeldUntilItIs()
    {
        _answers.Release(4);
        _answers.Deliver(ToPeer(number: 5, after: 5));
        _answers.Deliver(ToPeer(number: 6, after: 6));
        Assert.False(_answers.IsDurable(5));
        Assert.Equal(2, _answers.HeldCount);

        _answers.Release(5);

        Assert.Equal(5, _peer.TakeResponse().Id.Number);
        Assert.True(_answers.IsDurable(5));
        Assert.False(_answers.IsDurable(6));
        Assert.Equal(1, _answers.HeldCount);
        _answers.Release(7);
        Assert.Equal(6, _peer.TakeResponse().Id.Number);
        Assert.Equal(0, _answers.HeldCount);
    }

    [Fact]
    public void Answer_ThatShowsWhatIsDurable_LeavesAtOnce()
    {
        _answers.Release(5);

        _answers.Deliver(ToPeer(number: 1, after: 5));

        Assert.Equal(1, _peer.TakeResponse().Id.Number);
    }

    [Fact]
    public void Answer_ToTheOwnCoordinator_NeverComesWithinTheCallThatGaveIt()
    {
        _answers.Release(5);
        lock (_own.Gate)
        {
            _answers.Deliver(ToSelf(number: 1, after: 5));
            Assert.Empty(_own.Heard);
        }

        Assert.Equal(1, Patience.Take(_own.Heard).Id.Number);
    }

    [Fact]
    public void Answer_WhoseConsequenceFails_KeepsNoOtherBack()
    {
        var broken = new FakeConnection(onResponse: _ => throw new InvalidOperationException("broken"));
        _answers.Deliver(ToPeer(number: 1, after: 1) with { Connection = broken });
        _answers.Deliver(ToPeer(number: 2, after: 1));

        _answers.Release(1);

        Assert.Equal(2, _peer.TakeResponse().Id.Number);
        _answers.Deliver(ToPeer(number: 3, after: 1) with { Connection = broken });
        _answers.Deliver(ToPeer(number: 4, after: 1));
        Assert.Equal(4, _peer.TakeResponse().Id.Number);

        // Whoever is owed what failed must not wait for it on a connection that looks whole.
        Assert.True(broken.IsAborted);
    }

    /// <summary>Nobody sends a message twice over a connection that is up: who is owed an answer has to be told that none comes.</summary>
    [Fact]
    public void Answers_HeldForTooLong_AreSaidToComeNoMore()
    {
        var patient = new FakeConnection();
        _answers.Deliver(ToPeer(number: 77, after: 9) with { Connection = patient });
        _time.Pass(HeldAnswer.MaxWait);
        for (var i = 0; i < DurableAnswers.MinToPrune - 1; i++)
        {
            _answers.Deliver(ToPeer(number: i, after: 9));
        }

        var answer = patient.TakeResponse();
        Assert.Equal((PeerResponseKind.Unanswered, 77L), (answer.Kind, answer.Id.Number));
    }

    /// <summary>A disk that stalls for a minute, while peers and the own coordinator go on asking.</summary>
    [Fact]
    public void Answers_WhileTheDiskStandsStill_DoNotGrowWithItsTime()
    {
        const int PerSecond = 3_000;
        const int AwaitedSeconds = 2;

        // Everything of the last seconds, and as much again before the next look.
        const int Bound = 2 * PerSecond * (5 + AwaitedSeconds + 2);
        for (var second = 0; second < 60; second++)
        {
            _own.AwaitedFrom = (second - AwaitedSeconds) * PerSecond;
            for (var i = 0; i < PerSecond; i++)
            {
                _answers.Deliver(ToPeer(number: i, after: 9));
                _answers.Deliver(ToSelf(number: (second * PerSecond) + i, after: 9));
            }

            _time.Pass(TimeSpan.FromSeconds(1));
            Assert.True(SpinWait.SpinUntil(() => !_answers.IsPruning, Patience.Limit), "a look at what is held takes too long");
            Assert.True(_answers.HeldCount <= Bound, $"{_answers.HeldCount} answers are held after {second} s");
        }

        Assert.Equal(5, HeldAnswer.MaxWait.TotalSeconds);
        Assert.True(_answers.HeldCount >= PerSecond, "answers that are waited for are gone");
    }

    [Fact]
    public void Answers_ToConnectionsThatAreGone_AreThrownAway()
    {
        var gone = new FakeConnection { IsConnected = false };
        for (var i = 0; i < DurableAnswers.MinToPrune - 1; i++)
        {
            _answers.Deliver(ToPeer(number: i, after: 9) with { Connection = gone });
        }

        _answers.Deliver(ToPeer(number: 77, after: 9));

        Assert.True(
            SpinWait.SpinUntil(() => _answers.HeldCount == 1, Patience.Limit), $"{_answers.HeldCount} answers are held for nobody");
        _answers.Release(9);
        Assert.Equal(77, _peer.TakeResponse().Id.Number);
    }

    private HeldAnswer ToPeer(long number, long after) => new(after, Response(number), _peer, _own, _time.GetTimestamp(), Wait: null);

    private HeldAnswer ToSelf(long number, long after) =>
        new(after, Response(number), Connection: null, _own, _time.GetTimestamp(), Wait: null);

    private static PeerResponse Response(long number) => new()
    {
        Kind = PeerResponseKind.Accepted,
        Partition = 0,
        Id = new RequestId(7, number),
        Ballot = Some.Prepare().Ballot,
        Epoch = 1,
    };

    /// <summary>Waits for the answers to the last questions only.</summary>
    private sealed class OwnCoordinator : IOwnCoordinator
    {
        public Lock Gate { get; } = new();

        public BlockingCollection<PeerResponse> Heard { get; } = [];

        public long AwaitedFrom { get; set; }

        public bool Awaits(RequestId id) => id.Number >= AwaitedFrom;

        public void OnOwnResponse(PeerResponse response)
        {
            lock (Gate)
            {
                Heard.Add(response);
            }
        }
    }
}
