using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Versioning;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Commands;

/// <summary>
/// What an operator may decide and the cluster never does by itself: that this node votes again in some partitions with whatever it holds,
/// since too many replicas of these lost their memory for a quorum to rebuild it from. Run as
/// <c>AspireKv.StorageNode accept-loss PARTITION ...</c>, with the node's configuration, while the node is stopped.
/// </summary>
/// <remarks>
/// The operator names the partitions, because in all others the node is to be rebuilt: where a quorum has its memory, a vote with a hole in
/// it would lose what nobody lost.
/// </remarks>
internal static class AcceptLoss
{
    public const string Command = "accept-loss";

    /// <summary>
    /// How many rounds are left out at least: more than those can have used that nobody remembers any more, so that none of their revisions
    /// is given to another value.
    /// </summary>
    public const long LeastRoundsLeftOut = 1_000_000;

    /// <summary>The highest bits of the incarnation, as many as a round has to spare: 40.</summary>
    private const int IncarnationShift = 24;

    public static Task RunAsync(WebApplication app, IReadOnlyList<string> arguments)
    {
        Run(app.Services.GetRequiredService<StorageEngine>(), app.Services.GetRequiredService<LocalNode>(), arguments, app.Logger);
        return Task.CompletedTask;
    }

    /// <exception cref="StartUpException">
    /// The node was never part of a founded cluster, or the arguments are not all partitions in which it waits to be rebuilt; nothing
    /// changed.
    /// </exception>
    /// <exception cref="StorageUnavailableException">The disk failed; nothing is sure to have changed.</exception>
    internal static void Run(StorageEngine engine, LocalNode self, IReadOnlyList<string> arguments, ILogger logger)
    {
        var founding = engine.Founding
            ?? throw new StartUpException("This node is not part of a founded cluster; there is nothing to accept.");
        var system = founding.PartitionCount;
        var waiting = Enumerable.Range(0, system + 1)
            .Where(partition => engine.GetSnapshot(partition) is { IsLearner: true, Config: not null }).ToArray();
        if (waiting.Length == 0)
        {
            throw new StartUpException(
                "This node waits to be rebuilt in no partition; there is nothing to accept. If its directory was lost just now, "
                + "start the node once first.");
        }

        var named = PartitionArguments.Parse(arguments, founding.PartitionCount)
            ?? throw new StartUpException(
                $"'{string.Join(' ', arguments)}' are not partitions; name them by number and range, such as '3 17 40-63', "
                + $"from 0 to {system - 1}, and the one of the topology as '{PartitionArguments.System}'.");
        var others = named.Except(waiting).ToArray();
        if (named.Count == 0 || others.Length > 0)
        {
            var fault = named.Count == 0
                ? "Name the partitions whose loss is accepted"
                : $"This node does not wait to be rebuilt in {Describe(others, system)}";
            throw new StartUpException(
                fault + ": those that have no quorum (hasQuorum is false in /v1/cluster), and no others. It waits to be rebuilt in "
                + $"{Describe(waiting, system)}.");
        }

        if (!engine.WaitDurable(named.Select(partition => Accept(engine, founding, self, partition)).ToArray()[^1]))
        {
            throw new StorageUnavailableException("The decision could not be stored.", engine.Failure!);
        }

        Log.LossAccepted(logger, self.Name, named.Count);
    }

    /// <summary>The rounds come first: after a crash in between the node is a learner still, and the command is repeated.</summary>
    private static long Accept(StorageEngine engine, FoundingRecord founding, LocalNode self, int partition)
    {
        var round = Math.Max(founding.FirstRound, engine.GetSnapshot(partition).Promised.Round) + RoundsLeftOutBy(self);
        engine.Append(new BallotPromised(partition, new Ballot(round, self.Id)));
        return engine.Append(new LearnerMarked(partition, false));
    }

    /// <summary>
    /// Another number for each directory of the node: after a second loss nobody may remember the rounds that followed the first one.
    /// </summary>
    private static long RoundsLeftOutBy(LocalNode self) => LeastRoundsLeftOut + (long)(self.Member.Incarnation >> IncarnationShift);

    /// <summary>The partitions as they would be named.</summary>
    private static string Describe(IReadOnlyList<int> partitions, int system)
    {
        var ranges = partitions.Where(partition => partition != system)
            .Select((partition, index) => (Partition: partition, Gap: partition - index))
            .GroupBy(each => each.Gap, each => each.Partition)
            .Select(range => range.Count() == 1 ? $"{range.First()}" : $"{range.First()}-{range.Last()}");
        return string.Join(' ', partitions.Contains(system) ? ranges.Append(PartitionArguments.System) : ranges);
    }
}
