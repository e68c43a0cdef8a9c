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
        BeLearner(partitions: 8);

        Run("1", "3-4");

        Assert.Equal([0, 2, 5, 6, 7], Enumerable.Range(0, 8).Where(partition => _node.Engine.GetSnapshot(partition).IsLearner));
    }

    [Fact]
    public void Run_LeavesOutMoreRoundsThanTheLostOnesCanHaveUsed()
    {
        BeLearner(partitions: 2);
        _node.Engine.Append(new BallotPromised(1, new Ballot(long.MaxValue / 2, new NodeId(2))));

        Run("0-1");

        Assert.Equal(_node.Engine.Founding!.FirstRound + AcceptLoss.RoundsLeftOut, _node.Engine.GetSnapshot(0).Promised.Round);
        Assert.Equal(long.MaxValue / 2 + AcceptLoss.RoundsLeftOut, _node.Engine.GetSnapshot(1).Promised.Round);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("all")]
    [InlineData("4-2")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    [InlineData("1,2")]
    [InlineData("1 7")]
    public void Run_WithAnythingButPartitionsThatWait_ChangesNothing(string arguments)
    {
        BeLearner(partitions: 8);
        _node.Engine.Append(new LearnerMarked(7, false));
        var before = Enumerable.Range(0, 8).Select(_node.Engine.GetSnapshot).ToArray();

        var exception = Assert.Throws<StartUpException>(() => Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(before, Enumerable.Range(0, 8).Select(_node.Engine.GetSnapshot));
    }

    private void Run(params string[] arguments) => AcceptLoss.Run(_node.Engine, _node.Self, arguments, NullLogger.Instance);

    private void BeLearner(int partitions)
    {
        _node.Engine.WriteFounding(Some.Founding(partitions, Replicas));
        for (var partition = 0; partition < partitions; partition++)
        {
            _node.Engine.Append(new LearnerMarked(partition, true));
            _node.Engine.Append(new ConfigAdopted(partition, PartitionConfig.Founded(Replicas)));
        }
    }
}
