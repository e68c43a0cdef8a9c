using AspireKv.AppHost.Chaos;
using AspireKv.AppHost.Growth;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>Nodes that join a running cluster, and nodes that leave it, as the dashboard and the options of the AppHost have it.</summary>
public sealed class GrowthTests : IDisposable
{
    /// <summary>Fewer than usual, so that moves take seconds; three replicas of each.</summary>
    private const int Partitions = 16;
    private const int Replicas = 3 * Partitions;

    private static readonly string[] Founders = ["node1", "node2", "node3"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task SpareNode_StartedDrainedRemovedAndStartedAgain_TakesItsShareAndGivesItBack()
    {
        await using var cluster = await StartAsync(Founders, "--nodes", "3", "--spares", "1");
        AssertSurvived(await cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));
        Assert.Equal(KnownResourceStates.NotStarted, cluster.Snapshot("node4").State?.Text);
        Assert.False(Directory.Exists(_directory.Combine("node4")));

        await StartSpareAsync(cluster);
        AssertSurvived(await cluster.ExecuteAsync("gateway", KeyCheckCommands.Write));

        var drained = await cluster.ExecuteAsync("node4", MemberCommands.Drain);
        Assert.True(drained.Success, drained.Message);
        Assert.Matches("node4 is being drained. [0-9]+ partitions move", drained.Message);
        await cluster.HoldsAsync("node4 holds nothing and is a member", static held => held.GetValueOrDefault(4, -1) == 0);
        AssertSurvived(await cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));

        var removed = await cluster.ExecuteAsync("node4", MemberCommands.Remove);
        Assert.True(removed.Success, removed.Message);
        Assert.DoesNotContain(4, await cluster.CountHeldAsync());
        await AssertIsSpareAsync(cluster, "node4");
        Assert.NotEmpty(Directory.GetDirectories(_directory.Path, "node4.removed-*"));

        await StartSpareAsync(cluster);
        AssertSurvived(await cluster.ExecuteAsync("gateway", KeyCheckCommands.Read));
    }

    [Fact]
    public async Task Remove_ThatTheReplicasForbid_ShowsTheSentenceAndRemovesNothing()
    {
        await using var cluster = await StartAsync(Founders, "--nodes", "3", "--spares", "0");

        var refused = await cluster.ExecuteAsync("node2", MemberCommands.Remove);

        Assert.False(refused.Success);
        Assert.StartsWith("The cluster refuses: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await cluster.CountHeldAsync()).Count);
        Assert.True(Directory.Exists(_directory.Combine("node2")));
        await cluster.HealthyAsync("node2");
    }

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Nodes_MoreAndThenFewerThanTheLastTime_JoinAndLeaveWithoutALoss()
    {
        await using (var three = await StartAsync(Founders, "--nodes", "3", "--spares", "0"))
        {
            AssertSurvived(await three.ExecuteAsync("gateway", KeyCheckCommands.Write));
        }

        await using (var five = await StartAsync([.. Founders, "node4", "node5"], "--nodes", "5", "--spares", "0"))
        {
            await five.HoldsAsync("all five hold their share", static held =>
                held.Count == 5 && held.Values.Sum() == Replicas && held.Values.Max() - held.Values.Min() <= 1);
            AssertSurvived(await five.ExecuteAsync("gateway", KeyCheckCommands.Read));
        }

        await using var again = await StartAsync(Founders, "--nodes", "3", "--spares", "1");
        await again.HoldsAsync("three are left", static held => held.Count == 3 && held.Values.Sum() == Replicas);
        await Eventually.TrueAsync(
            () => FoundedCluster.Read(_directory.Path)!.Wanted == 3, "it is noted that no more are there", within: Eventually.ForProcesses);
        await AssertIsSpareAsync(again, "node4");
        Assert.Equal([1, 2, 3], NodeDirectories.List(_directory.Path).Order());
        Assert.Equal(2, Directory.GetDirectories(_directory.Path, "node*.removed-*").Length);
        AssertSurvived(await again.ExecuteAsync("gateway", KeyCheckCommands.Read));
    }

    private Task<HostedCluster> StartAsync(string[] expected, params string[] options) =>
        HostedCluster.StartAsync(_directory.Path, expected, options, Partitions);

    private static async Task StartSpareAsync(HostedCluster cluster)
    {
        Assert.True((await cluster.ExecuteAsync("node4", KnownResourceCommands.StartCommand)).Success);
        await cluster.HealthyAsync("node4");
        await cluster.HoldsAsync(
            "node4 holds its share", static held => held.GetValueOrDefault(4) == Replicas / 4 && held.Values.Sum() == Replicas);
    }

    /// <summary>Nobody misses a node that was removed, and Start is there for it.</summary>
    private static async Task AssertIsSpareAsync(HostedCluster cluster, string node)
    {
        await cluster.StateAsync(node, static snapshot => snapshot.State?.Text == KnownResourceStates.NotStarted, "a spare one");
        await cluster.HealthyAsync("storage");
        Assert.Contains(KnownResourceCommands.StartCommand, cluster.Enabled(node));
    }

    /// <summary>While partitions move on a busy machine a write may stay without an answer; what was acknowledged is there.</summary>
    private static void AssertSurvived(ExecuteCommandResult result)
    {
        Assert.True(result.Success, result.Message);
        Assert.Contains("acknowledged keys survived; 0 lost, 0 could not be read", result.Message, StringComparison.Ordinal);
    }
}
