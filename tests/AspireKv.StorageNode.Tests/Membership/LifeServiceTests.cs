using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Membership;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.StorageNode.Tests.Membership;

/// <summary>The conversation about lives between node 1, which is real, and node 2, which the test speaks for.</summary>
public sealed class LifeServiceTests : IAsyncDisposable
{
    private const ulong OtherProcess = 99;

    private readonly FakeTimeProvider _time = new();
    private readonly TestNode _node = new();
    private readonly OtherMember _other = new();
    private readonly LifeRegister _register;
    private readonly LifeService _lives;

    public LifeServiceTests()
    {
        var self = new LocalNode(_node.Self.Member, _node.Engine.Lives.Word);
        var admission = Options.Create(new AdmissionOptions());
        _register = new LifeRegister(self, _node.Engine, _time, admission);
        _lives = new LifeService(_register, self, _node.Topology, _other, admission, _time, NullLogger<LifeService>.Instance);
    }

    [Fact]
    public async Task Start_ThatTheOtherAdmits_IsKnownToAll()
    {
        _other.Answer = tidings => Task.FromResult(OtherTidings(tidings.Claim.Current.Word));
        await BeginAsync();

        await PassUntilAsync(() => _register.IsComplete, "the start is not known to all");
        Assert.True(_register.TakesFrom(new NodeId(2), OtherProcess));
    }

    [Fact]
    public async Task Member_WhoseAnswerCannotBeHandled_IsAskedAgain()
    {
        _other.Answer = _ => throw new InvalidOperationException("Nobody thought of this.");
        await BeginAsync();
        await PassUntilAsync(() => _other.Asks == 1, "the other was not asked");

        _other.Answer = tidings => Task.FromResult(OtherTidings(tidings.Claim.Current.Word));

        await PassUntilAsync(() => _register.IsComplete, "the other was not asked again");
    }

    [Fact]
    public async Task Member_ThatDoesNotAnswer_IsAskedAgainAfterTwoSeconds()
    {
        _other.Answer = _ => new TaskCompletionSource<LifeTidings>().Task;
        await BeginAsync();
        await PassUntilAsync(() => _other.Asks == 1, "the other was not asked", TimeSpan.Zero);

        _time.Advance(TimeSpan.FromMilliseconds(1_999));
        Assert.Equal(1, _other.Asks);
        await PassUntilAsync(() => _other.Asks == 2, "the other was not asked again");
    }

    [Fact]
    public async Task OnAsked_ByANewProcess_AnswersThatItIsLetIn()
    {
        await BeginAsync();

        var answer = await AskAsync(new FakeConnection(process: OtherProcess));

        Assert.Equal((OtherProcess, LifeVerdict.Admitted), (answer.Judged, answer.Verdict));
        Assert.True(_register.TakesFrom(new NodeId(2), OtherProcess));
        Assert.Contains(_node.Engine.Lives.Known, life => life.Node == new NodeId(2) && life.Marks.Any(mark => mark.Word == OtherProcess));
    }

    [Fact]
    public async Task OnAsked_ByAProcessThatIsGone_MakesItNoNode()
    {
        await BeginAsync();
        var gone = new FakeConnection(process: OtherProcess) { IsConnected = false };

        _lives.OnAsked(new Asked<LifeTidings, LifeTidings>(gone, OtherTidings(judged: 0), _ => Assert.Fail("It was answered.")));
        var next = await AskAsync(new FakeConnection(process: OtherProcess + 1), OtherProcess + 1);

        Assert.Equal(LifeVerdict.Admitted, next.Verdict);
        Assert.False(_register.TakesFrom(new NodeId(2), OtherProcess));
    }

    public async ValueTask DisposeAsync()
    {
        await _lives.StopAsync(default);
        _lives.Dispose();
        await _node.DisposeAsync();
    }

    private static LifeTidings OtherTidings(ulong judged, ulong process = OtherProcess) =>
        new(new LifeClaim(new NodeId(2), 2, [new LifeStart(1, process, 0)], 0), [], judged, LifeVerdict.Admitted);

    private async Task BeginAsync()
    {
        Member[] members = [_node.Self.Member, new(new NodeId(2), "node2", 2)];
        _node.Topology.Begin(new FoundingRecord
        {
            ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            PartitionCount = 1,
            ReplicationFactor = 2,
            VirtualNodes = 1,
            HashVersion = FoundingRecord.CurrentHashVersion,
            MaxValueBytes = 1_000,
            Members = members,
            Placement = [[.. members.Select(member => member.Id)]],
        });
        _node.Topology.Listen(_register.Follow);
        await _lives.StartAsync(default);
    }

    private async Task<LifeTidings> AskAsync(FakeConnection from, ulong process = OtherProcess)
    {
        var answered = new TaskCompletionSource<LifeTidings>(TaskCreationOptions.RunContinuationsAsynchronously);
        _lives.OnAsked(new Asked<LifeTidings, LifeTidings>(from, OtherTidings(judged: 0, process), answered.SetResult));
        return await answered.Task.WaitAsync(Patience.Limit);
    }

    private async Task PassUntilAsync(Func<bool> condition, string otherwise, TimeSpan? step = null)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !condition();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience.Limit, otherwise);
            _time.Advance(step ?? TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
    }

    /// <summary>Node 2, which is always connected.</summary>
    private sealed class OtherMember : IPeerQuestions
    {
        private int _asks;

        public Func<LifeTidings, Task<LifeTidings>> Answer { get; set; } =
            _ => throw new NodeUnreachableException("node2 is away");

        public int Asks => Volatile.Read(ref _asks);

        public async Task<(PeerIdentity From, TAnswer Answer)?> AskAsync<TAsk, TAnswer>(
            NodeId node, Question<TAsk, TAnswer> question, TAsk ask, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asks);
            var answer = await Answer((LifeTidings)(object)ask!).WaitAsync(cancellationToken);
            return (new PeerIdentity(PeerRole.Node, node, OtherProcess, "node2"), (TAnswer)(object)answer);
        }
    }
}
