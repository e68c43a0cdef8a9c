using System.Diagnostics;
using System.Net;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>A node that finds an older state of its own files never serves by it: what was acknowledged since is there.</summary>
public sealed class OldDirectoryTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private const int Keys = 50;

    /// <summary>A key without a majority is refused only after the gateway has tried for a while.</summary>
    private const int RefusedKeys = 10;

    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RebuildLimit = TimeSpan.FromSeconds(60);

    private ServiceProcess Victim => Cluster.Nodes[1];

    private string Directory => Victim.Environment["Node__DataDirectory"];

    private string Aside => Directory + "-copy";

    /// <param name="whileRunning">True for a copy of a directory in use, as a snapshot of its volume is.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Node_CopyOfItsDirectoryPutBack_LosesNothingWithAllNodesUp(bool whileRunning)
    {
        await CopyAsync(whileRunning, $"all-{whileRunning}");
        await WriteAsync($"all-{whileRunning}", "new");
        await PutBackAsync();
        Victim.Start();

        await AssertNewAsync($"all-{whileRunning}");
        await Wait.UntilAsync($"{Victim.Name} is a voter in all its partitions", RebuildLimit, IsRebuiltAsync);

        // Then the copy counts for nothing, and the node for as much as any.
        await Cluster.Nodes[0].KillAsync();
        await AssertNewAsync($"all-{whileRunning}");
    }

    [Fact]
    public async Task Node_CopyOfItsDirectoryPutBackWhileAnotherIsDown_ServesNothingOldAndLosesNothing()
    {
        await CopyAsync(whileRunning: false, "down");
        await Cluster.Nodes[2].StopAsync();
        await WriteAsync("down", "new");
        await PutBackAsync();
        await Cluster.Nodes[0].StopAsync();
        Cluster.Nodes[2].Start();
        Victim.Start();

        // The third saw the second start again after the copy was made, and does not let it vote. The first alone has what is new.
        await Wait.UntilAsync($"{Victim.Name} begins anew", ServeLimit, HasBegunAnewAsync);
        for (var i = 0; i < RefusedKeys; i++)
        {
            Assert.NotEqual(HttpStatusCode.OK, (await Client.GetAsync($"down-{i}")).Status);
        }

        Cluster.Nodes[0].Start();
        await AssertNewAsync("down");
        await Wait.UntilAsync($"{Victim.Name} is a voter in all its partitions", RebuildLimit, IsRebuiltAsync);
    }

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Node_DirectoryOfBeforeItWasRebuiltPutBack_NeverVotesAgain()
    {
        await WriteAsync("mounted", "old");
        await Victim.KillAsync();
        System.IO.Directory.Move(Directory, Aside);
        Victim.Start();
        await Wait.UntilAsync($"{Victim.Name} is a voter in all its partitions", RebuildLimit, IsRebuiltAsync);

        // The third is away, so that the second's new directory is in every quorum.
        await Cluster.Nodes[2].KillAsync();
        await WriteAsync("mounted", "new");
        await PutBackAsync();
        await Cluster.Nodes[0].KillAsync();
        Cluster.Nodes[2].Start();
        Victim.Start();
        await Wait.UntilAsync($"{Victim.Name} begins anew", ServeLimit, HasBegunAnewAsync);
        Cluster.Nodes[0].Start();

        await AssertNewAsync("mounted");
    }

    [Fact]
    public async Task Node_SecondProcessOnACopyOfTheDirectory_IsNotLetIn()
    {
        await CopyAsync(whileRunning: false, "twin");
        await WriteAsync("twin", "new");
        var environment = new Dictionary<string, string>(Victim.Environment)
        {
            ["Node__DataDirectory"] = Aside,
            ["Node__PeerEndpoint"] = $"127.0.0.1:{Cluster.NextPort()}",
            ["Management__Url"] = $"http://127.0.0.1:{Cluster.NextPort()}",
        };
        await using var twin = new ServiceProcess("twin", "AspireKv.StorageNode", Cluster.NextPort(), environment);
        twin.Start();
        await Wait.UntilAsync(
            "the second process knows that it is one",
            ServeLimit,
            () => Task.FromResult(twin.Output.Tail(2_000).Contains("must not be the same node", StringComparison.Ordinal)));

        await AssertNewAsync("twin");
        Assert.Contains("another process of that node speaks here", Cluster.Nodes[0].Output.Tail(2_000), StringComparison.Ordinal);
    }

    /// <summary>Writes what is old, and copies the directory with it.</summary>
    private async Task CopyAsync(bool whileRunning, string prefix)
    {
        await WriteAsync(prefix, "old");
        if (whileRunning)
        {
            // A snapshot is of one moment; a copy takes some, in which nothing must change.
            Victim.Pause();
            await CopyAsync(Directory, Aside);
            Victim.Resume();
            return;
        }

        await Victim.StopAsync();
        await CopyAsync(Directory, Aside);
        Victim.Output.Clear();
        Victim.Start();

        // In health the node is before all others know of its start, and who does not know of it takes the copy for the newest.
        await Wait.UntilAsync($"all know the start of {Victim.Name}", ServeLimit, () =>
            Task.FromResult(Victim.Output.Tail(2_000).Contains("All other members know this start", StringComparison.Ordinal)));
        await Wait.UntilAsync("every node is reached", ServeLimit, Client.IsWholeAsync);
    }

    private async Task PutBackAsync()
    {
        await Victim.KillAsync();
        Victim.Output.Clear();
        System.IO.Directory.Delete(Directory, recursive: true);
        await CopyAsync(Aside, Directory);
        System.IO.Directory.Delete(Aside, recursive: true);
    }

    private static async Task CopyAsync(string from, string to)
    {
        if (System.IO.Directory.Exists(to))
        {
            System.IO.Directory.Delete(to, recursive: true);
        }

        using var copy = Process.Start("cp", ["-a", from, to]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    private async Task WriteAsync(string prefix, string value)
    {
        for (var i = 0; i < Keys; i++)
        {
            await Wait.UntilAsync(
                $"{prefix}-{i} is written", ServeLimit, async () => (await Client.PutAsync($"{prefix}-{i}", $"{value} {i}")).IsSuccess);
        }
    }

    private async Task AssertNewAsync(string prefix)
    {
        for (var i = 0; i < Keys; i++)
        {
            var answer = new GatewayAnswer(HttpStatusCode.ServiceUnavailable, "");
            await Wait.UntilAsync($"{prefix}-{i} is read", ServeLimit, async () =>
            {
                answer = await Client.GetAsync($"{prefix}-{i}");
                return !answer.IsUnavailable;
            });
            Assert.Equal((HttpStatusCode.OK, $"new {i}"), (answer.Status, answer.Body));
        }
    }

    private Task<bool> HasBegunAnewAsync() =>
        Task.FromResult(Victim.Output.Tail(2_000).Contains("waits to be rebuilt", StringComparison.Ordinal));

    private async Task<bool> IsRebuiltAsync() =>
        Victim.Output.Tail(2_000).Contains("is rebuilt: it votes", StringComparison.Ordinal) && await Client.IsWholeAsync();
}
