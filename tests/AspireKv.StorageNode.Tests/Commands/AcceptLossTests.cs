using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode.Commands;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Commands;

public sealed class AcceptLossTests : IAsyncDisposable
{
    private static readonly NodeId[] Replicas = [new(1), new(2), new(3)];

    private readonly TestNode _node = new();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void Run_WithPartitions_LetsTheNodeVoteInTheseAndInNoOthers()
    {
        BeLearner(_node, partitions: 8);

        Run("1", "3-4");

        Assert.Equal([0, 2, 5, 6, 7], Enumerable.Range(0, 8).Where(partition => _node.Engine.GetSnapshot(partition).IsLearner));
    }

    [Fact]
    public void Run_LeavesOutMoreRoundsThanTheLostOnesCanHaveUsed()
    {
        BeLearner(_node, partitions: 2);
        _node.Engine.Append(new BallotPromised(1, new Ballot(long.MaxValue / 2, new NodeId(2))));

        Run("0-1");

        var leftOut = LeftOut(_node);
        Assert.InRange(leftOut, AcceptLoss.LeastRoundsLeftOut, 1L << 41);
        Assert.Equal(long.MaxValue / 2 + leftOut, _node.Engine.GetSnapshot(1).Promised.Round);
    }

    /// <summary>All directories may be lost once more, and with them what was promised since the first loss.</summary>
    [Fact]
    public async Task Run_InAnotherDirectoryOfTheSameNode_BeginsAtAnotherRound()
    {
        BeLearner(_node, partitions: 1);
        Run("0");
        await using var next = new TestNode();
        BeLearner(next, partitions: 1);

        AcceptLoss.Run(next.Engine, next.Self, ["0"], NullLogger.Instance);

        Assert.NotInRange(
            LeftOut(next), LeftOut(_node) - AcceptLoss.LeastRoundsLeftOut, LeftOut(_node) + AcceptLoss.LeastRoundsLeftOut);
    }

    private static long LeftOut(TestNode node) => node.Engine.GetSnapshot(0).Promised.Round - node.Engine.Founding!.FirstRound;

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("all")]
    [InlineData("4-2")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    [InlineData("1,2")]
    [InlineData("1 7")]
    [InlineData("system")]
    public void Run_WithAnythingButPartitionsThatWait_ChangesNothing(string arguments)
    {
        BeLearner(_node, partitions: 8);
        _node.Engine.Append(new LearnerMarked(7, false));
        var before = Enumerable.Range(0, 8).Select(_node.Engine.GetSnapshot).ToArray();

        var exception = Assert.Throws<StartUpException>(() => Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(before, Enumerable.Range(0, 8).Select(_node.Engine.GetSnapshot));
    }

    private void Run(params string[] arguments) => AcceptLoss.Run(_node.Engine, _node.Self, arguments, NullLogger.Instance);

    private static void BeLearner(TestNode node, int partitions)
    {
        node.Engine.WriteFounding(Some.Founding(partitions, Replicas));
        for (var partition = 0; partition < partitions; partition++)
        {
            node.Engine.Append(new ConfigTaken(
                partition, PartitionConfig.Founded(Replicas, static _ => 0), Since: 1, IsEmptied: true, IsLearner: true));
        }
    }
}
