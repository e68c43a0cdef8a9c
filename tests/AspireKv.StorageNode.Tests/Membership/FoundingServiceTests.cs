using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Membership;
using AspireKv.StorageNode.Peers;
using AspireKv.StorageNode.Tests.World;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Membership;

/// <summary>How a node comes to take part, with no other node to be reached: others may ask it all the same.</summary>
public sealed class FoundingServiceTests : IAsyncDisposable
{
    private readonly TestNode _node = new();
    private readonly TestLifetime _lifetime = new();
    private readonly RecordingLogger<FoundingService> _logger = new();

    [Fact]
    public async Task Node_ThatIsTheOnlyMember_FoundsAndTakesPart()
    {
        using var founding = Create(members: 1);

        await founding.StartAsync(default);

        await WaitAsync(() => _node.Hosted.Current is not null, "the node takes no part");
        Assert.Equal(_node.Self.Member, Assert.Single(_node.Engine.Founding!.Members));
        Assert.Equal(5_000, _node.Engine.Founding.MaxValueBytes);
        Assert.Equal(4 + 1, _node.Hosted.All.Count);
        await founding.StopAsync(default);
    }

    [Fact]
    public async Task Founder_WhoseOthersAreSilent_FoundsNothing()
    {
        using var founding = Create(members: 3);
        await founding.StartAsync(default);

        var response = await AskAsync(founding, new FoundingRequest(MemberOf(2), Record: null));

        Assert.Equal((_node.Self.Member, null), (response.Responder, response.Record));
        Assert.Null(_node.Engine.Founding);
        Assert.Null(_node.Hosted.Current);
        await founding.StopAsync(default);
    }

    [Fact]
    public async Task Record_ThatAnotherNodeOffers_IsKeptBeforeItIsAnswered()
    {
        using var founding = Create(members: 3);
        var record = RecordOf(_node.Self.Member, MemberOf(2), MemberOf(3));

        var response = await AskAsync(founding, new FoundingRequest(MemberOf(2), record));

        Assert.Equal(record.ClusterId, response.Record!.ClusterId);
        Assert.Equal(record.ClusterId, _node.Engine.Founding!.ClusterId);
        Assert.False(_node.Hosted.All[0].AwaitsRebuild);
    }

    [Fact]
    public async Task Record_ThatNamesAnotherLifeOfThisNode_IsTakenPartInAsALearner()
    {
        using var founding = Create(members: 3);
        var former = _node.Self.Member with { Incarnation = _node.Self.Member.Incarnation + 1 };

        await AskAsync(founding, new FoundingRequest(MemberOf(2), RecordOf(former, MemberOf(2), MemberOf(3))));

        Assert.True(_node.Hosted.All[0].AwaitsRebuild);
    }

    /// <summary>The others offer the record again and again; it is kept never, answered never, and the reason is said once.</summary>
    [Theory]
    [InlineData("Cluster:MaxValueBytes is 5000, but the cluster was founded with 6000: start it with that.")]
    [InlineData("Cluster:Partitions is 4, but the cluster was founded with 8: start it with that.")]
    public async Task Record_ThatDiffersFromTheConfiguration_IsNotKeptAndTheNodeStops(string difference)
    {
        using var founding = Create(members: 3);
        var same = RecordOf(_node.Self.Member, MemberOf(2), MemberOf(3));
        var record = same with
        {
            MaxValueBytes = difference.Contains("MaxValueBytes", StringComparison.Ordinal) ? 6_000 : same.MaxValueBytes,
            PartitionCount = difference.Contains("Partitions", StringComparison.Ordinal) ? 8 : same.PartitionCount,
        };
        var answers = 0;
        try
        {
            for (var i = 0; i < 10; i++)
            {
                founding.OnAsked(new Asked<FoundingRequest, FoundingResponse>(
                    new FakeConnection(), new FoundingRequest(MemberOf(2), record), _ => Interlocked.Increment(ref answers)));
            }

            await _lifetime.Stopped.Task.WaitAsync(Patience.Limit);
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            // The founding is this process's own.
            Environment.ExitCode = 0;
        }

        Assert.Equal($"This node does not join the cluster and stops: {difference}", Assert.Single(_logger.Lines));
        Assert.Null(_node.Engine.Founding);
        Assert.Null(_node.Hosted.Current);
        Assert.Equal(0, answers);
    }

    [Fact]
    public async Task Record_ThatIsKeptAlready_IsTakenPartInAtTheStart()
    {
        var record = RecordOf(_node.Self.Member, MemberOf(2), MemberOf(3));
        _node.Engine.WriteFounding(record);
        using var founding = Create(members: 3);

        await founding.StartAsync(default);

        await WaitAsync(() => _node.Hosted.Current is not null, "the node takes no part");
        await founding.StopAsync(default);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private FoundingService Create(int members)
    {
        var options = Options.Create(new ClusterOptions
        {
            Members = Enumerable.Range(1, members).ToDictionary(id => $"{id}", id => $"node{id}"),
            ReplicationFactor = members,
            Partitions = 4,
            MaxValueBytes = 5_000,
        });

        // Never started, the links lead nowhere.
        var links = new PeerLinks(null!, null!, _node.Self, _node.Topology, new OwnDisk(), options, Options.Create(new LivenessOptions()));
        return new FoundingService(
            _node.Engine,
            _node.Self,
            links,
            _node.Hosted,
            new LifeRegister(_node.Self, _node.Engine, TimeProvider.System, Options.Create(new AdmissionOptions())),
            _node.Topology,
            options,
            TimeProvider.System,
            _lifetime,
            _logger);
    }

    private static async Task<FoundingResponse> AskAsync(FoundingService founding, FoundingRequest request)
    {
        var answered = new TaskCompletionSource<FoundingResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        founding.OnAsked(new Asked<FoundingRequest, FoundingResponse>(new FakeConnection(), request, answered.SetResult));
        return await answered.Task.WaitAsync(Patience.Limit);
    }

    private static async Task WaitAsync(Func<bool> condition, string otherwise)
    {
        for (var end = TimeProvider.System.GetTimestamp(); !condition();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(end) < Patience.Limit, otherwise);
            await Task.Yield();
        }
    }

    private static Member MemberOf(int id) => new(new NodeId(id), $"node{id}", (ulong)id);

    private static FoundingRecord RecordOf(params Member[] members) => new()
    {
        ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = 4,
        ReplicationFactor = members.Length,
        VirtualNodes = 1,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 5_000,
        Members = members,
        Placement = [.. Enumerable.Repeat<NodeId[]>([.. members.Select(member => member.Id)], 4)],
    };

    private sealed class TestLifetime : IHostApplicationLifetime
    {
        /// <summary>Completes when the node is told to stop.</summary>
        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stopped.TrySetResult();
    }
}
