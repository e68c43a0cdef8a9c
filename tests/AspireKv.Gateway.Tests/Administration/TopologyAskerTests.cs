using AspireKv.Access;
using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Administration;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.Tests.Administration;

/// <summary>How long a node is waited for that has taken a plan or an order, and says nothing.</summary>
public sealed class TopologyAskerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Order_ToASilentNode_IsUnknownWhenItsTimeIsUp()
    {
        var (asker, nodes, time) = Make();
        using var monitor = asker.Monitor;

        var result = await asker.Asker.OrderAsync(new ForgetOrder(new NodeId(6)));

        Assert.Equal(OrderOutcome.Unknown, result.Outcome);
        Assert.Equal([Patience], time.Waits);
        Assert.Equal([1, 0], nodes.Select(node => node.Orders.Count));
    }

    /// <summary>The nodes share the time: a client is not kept for as many times ten seconds as there are nodes.</summary>
    [Fact]
    public async Task Plan_OfSilentNodes_TakesNoLongerInAll()
    {
        var (asker, nodes, time) = Make();
        using var monitor = asker.Monitor;

        Assert.Null(await asker.Asker.PlanAsync([new OrderWish()], CancellationToken.None));

        Assert.Equal([Patience], time.Waits);
        Assert.Equal([1, 0], nodes.Select(node => node.Plans.Count));
    }

    private static ((TopologyAsker Asker, ClusterMonitor Monitor) Asker, IReadOnlyList<FakeNode> Nodes, HastyTime Time) Make()
    {
        var silence = new TaskCompletionSource().Task;
        FakeNode[] nodes =
        [
            .. Enumerable.Range(1, 2).Select(number => new FakeNode(
                new NodeId(number), new FakeStore(), static () => throw new InvalidOperationException("Nobody asks.")) { Hold = silence }),
        ];
        var members = new ClusterMembersOptions();
        foreach (var node in nodes)
        {
            members.Members.Add(node.Id.ToString(), node.Name);
        }

        var time = new HastyTime();
        var directory = new NodeDirectory(new Links(nodes), Options.Create(members));
        var survey = new NodeSurvey(directory, time);
        var knowledge = new ClusterKnowledge(directory);
        var monitor = new ClusterMonitor(
            directory, survey, knowledge, Options.Create(new AccessOptions()), time, NullLogger<ClusterMonitor>.Instance);
        return ((new TopologyAsker(directory, survey, monitor, time), monitor), nodes, time);
    }

    private sealed class Links(IReadOnlyList<FakeNode> nodes) : INodeLinkFactory
    {
        public INodeLink Open(NodeId node, string name, string hint) => nodes.Single(fake => fake.Id == node);
    }

    /// <summary>A clock that stands still but for waits, each of which is over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public List<TimeSpan> Waits { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            Interlocked.Add(ref _now, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
