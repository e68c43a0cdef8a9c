using System.Net;
using AspireKv.EndToEnd.Tests.Nemesis;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// A node whose data directory is gone or damaged comes back by itself, from the others, and then counts for as much as any.
/// </summary>
public sealed class LostDiskTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private const int KeysARound = 300;
    private static readonly TimeSpan RebuildLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public Task Node_DirectoryDeleted_IsRebuiltUnderLoadAndThenCounts() => DeleteDirectoriesAsync(nodes: 1);

    [Fact]
    [Trait("Category", "Soak")]
    public Task EachNode_DirectoryDeletedInTurn_IsRebuiltUnderLoadAndThenCounts() => DeleteDirectoriesAsync(Cluster.Nodes.Count);

    private async Task DeleteDirectoriesAsync(int nodes)
    {
        var written = new Dictionary<string, string>();
        for (var round = 0; round < nodes; round++)
        {
            var victim = Cluster.Nodes[round];
            await WriteAsync(written, round, "before");
            await victim.KillAsync();
            Directory.Delete(victim.Environment["Node__DataDirectory"], recursive: true);
            victim.Start();
            await WriteAsync(written, round, "meanwhile");

            await Wait.UntilAsync($"{victim.Name} is a voter in all its partitions", RebuildLimit, () => IsRebuiltAsync(victim));

            // What it holds must do: with another node gone it is one of the two that answer.
            var other = Cluster.Nodes[(round + 1) % Cluster.Nodes.Count];
            await other.KillAsync();
            await AssertReadableAsync(written);
            await Cluster.StartAsync();
        }
    }

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Node_FilesDamaged_SetsThemAsideAndIsRebuiltUnderLoad()
    {
        var written = new Dictionary<string, string>();
        // In the WAL the first frame lies behind 64 bytes of header; byte 25 of the frame is the second of its payload.
        (string File, int Offset)[] harms = [("wal/0000000000000001.wal", 64 + 25), ("identity", 25), ("founding", 60)];
        for (var round = 0; round < Cluster.Nodes.Count; round++)
        {
            var victim = Cluster.Nodes[round];
            var directory = victim.Environment["Node__DataDirectory"];
            await WriteAsync(written, round, "before");
            await victim.KillAsync();
            var aside = NodeFiles.NextAside(victim);
            Harm(Path.Combine(directory, harms[round].File), harms[round].Offset);
            victim.Start();
            await WriteAsync(written, round, "meanwhile");

            await Wait.UntilAsync($"{victim.Name} is a voter in all its partitions", RebuildLimit, () => IsRebuiltAsync(victim));
            Assert.Contains(harms[round].File, await File.ReadAllTextAsync(Path.Combine(aside, "damage")), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(aside, harms[round].File)));

            var other = Cluster.Nodes[(round + 1) % Cluster.Nodes.Count];
            await other.KillAsync();
            await AssertReadableAsync(written);
            await Cluster.StartAsync();
        }
    }

    [Fact]
    public async Task Node_DamageFoundByTheScrub_BeginsAnewWithoutARestart()
    {
        var victim = Cluster.Nodes[0];
        await victim.StopAsync();
        Dictionary<string, string> settings = new()
        {
            ["Storage__Scrub__Interval"] = "00:00:01",
            ["Storage__Wal__SegmentSizeBytes"] = $"{64 * 1024}",
            // The record that is harmed stays in the WAL until the scrub comes.
            ["Storage__Checkpoints__Interval"] = "01:00:00",
        };
        var before = new Dictionary<string, string>(victim.Environment);
        foreach (var (name, value) in settings)
        {
            victim.Environment[name] = value;
        }

        await Cluster.StartAsync();
        victim.Output.Clear();
        var written = new Dictionary<string, string>();
        await WriteAsync(written, 0, "before" + new string('.', 1_000));
        var aside = NodeFiles.NextAside(victim);
        NodeFiles.Harm(victim, kind: 0);
        await WriteAsync(written, 0, "meanwhile");

        await Wait.UntilAsync($"{victim.Name} is a voter in all its partitions", RebuildLimit, () => IsRebuiltAsync(victim));
        Assert.True(File.Exists(Path.Combine(aside, "damage")));
        await Cluster.Nodes[1].KillAsync();
        await AssertReadableAsync(written);

        // The process is the one that was started above, and listens to its signals still.
        Assert.True(victim.IsRunning);
        Assert.Equal(0, await victim.StopAsync());
        foreach (var name in settings.Keys.Except(before.Keys))
        {
            victim.Environment.Remove(name);
        }
    }

    [Fact]
    public async Task Node_DirectoryOfAnotherNode_IsRefusedUntilAnOperatorSetsItAside()
    {
        var written = new Dictionary<string, string>();
        await WriteAsync(written, 0, "before the exchange");
        var (victim, other) = (Cluster.Nodes[1], Cluster.Nodes[2]);
        await victim.KillAsync();
        await other.StopAsync();
        var directory = victim.Environment["Node__DataDirectory"];
        Directory.Delete(directory, recursive: true);
        Copy(other.Environment["Node__DataDirectory"], directory);
        other.Start();
        victim.Output.Clear();
        victim.Start();

        Assert.NotEqual(0, await victim.WaitForExitAsync(ServeLimit));
        Assert.Contains("belongs to node 3, not to node 2", Assert.Single(victim.Output.ErrorLines), StringComparison.Ordinal);

        var aside = NodeFiles.NextAside(victim);
        victim.Start("set-aside");
        Assert.Equal(0, await victim.WaitForExitAsync(ServeLimit));
        Assert.Contains(aside, victim.Output.Tail(5), StringComparison.Ordinal);
        Assert.All<string>(["identity", "founding", "entries.sqlite"], name => Assert.True(File.Exists(Path.Combine(aside, name)), name));

        victim.Start();
        await Wait.UntilAsync($"{victim.Name} is a voter in all its partitions", RebuildLimit, () => IsRebuiltAsync(victim));
        await Cluster.Nodes[0].KillAsync();
        await AssertReadableAsync(written);
    }

    [Fact]
    public async Task TwoDirectoriesDeleted_NothingIsServedUntilAnOperatorAcceptsTheLoss()
    {
        var written = new Dictionary<string, string>();
        await Cluster.Nodes[2].KillAsync();

        // With the third away, the first is part of every quorum.
        await WriteAsync(written, 0, "at the first and the second");
        foreach (var victim in Cluster.Nodes.Skip(1))
        {
            await victim.KillAsync();
            Directory.Delete(victim.Environment["Node__DataDirectory"], recursive: true);
        }

        foreach (var victim in Cluster.Nodes.Skip(1))
        {
            victim.Start();
            await Wait.UntilAsync(
                $"{victim.Name} knows that it lacks its memory",
                RebuildLimit,
                () => Task.FromResult(victim.Output.Tail(2_000).Contains("waits to be rebuilt", StringComparison.Ordinal)));
        }

        // The first node alone has everything, and is no majority.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Client.GetAsync("lost-0")).Status);
        foreach (var node in Cluster.Nodes)
        {
            await Wait.UntilAsync(
                $"{node.Name} says in /health that the majority has no memory",
                ServeLimit,
                async () => (await ReadHealthAsync(node)).Contains("that have their memory", StringComparison.Ordinal));
        }

        var second = Cluster.Nodes[1];
        await second.StopAsync();

        // Not without a word on which, and in none that is not lost.
        second.Start("accept-loss");
        Assert.NotEqual(0, await second.WaitForExitAsync(RebuildLimit));
        Assert.Contains("It waits to be rebuilt in 0-255 system", Assert.Single(second.Output.ErrorLines), StringComparison.Ordinal);
        second.Start("accept-loss", "0-255", "system");
        Assert.Equal(0, await second.WaitForExitAsync(RebuildLimit));
        Assert.Contains("An operator accepted the loss", second.Output.Tail(50), StringComparison.Ordinal);
        second.Start();

        await AssertReadableAsync(written);
        var third = Cluster.Nodes[2];
        await Wait.UntilAsync($"{third.Name} is a voter in all its partitions", RebuildLimit, () => IsRebuiltAsync(third));
    }

    private static async Task<string> ReadHealthAsync(ServiceProcess node)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(node.Management, "health"));
        return await answer.Content.ReadAsStringAsync();
    }

    private static void Copy(string from, string to)
    {
        foreach (var directory in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static void Harm(string path, int offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var harmed = new byte[1];
        Assert.Equal(1, RandomAccess.Read(file, harmed, offset));
        harmed[0] ^= 0x20;
        RandomAccess.Write(file, harmed, offset);
    }

    private async Task WriteAsync(Dictionary<string, string> written, int round, string when)
    {
        for (var i = 0; i < KeysARound; i++)
        {
            var (key, value) = ($"lost-{i}", $"{when} loss {round}, {i}");
            await Wait.UntilAsync($"{key} is written", ServeLimit, async () => (await Client.PutAsync(key, value)).IsSuccess);
            written[key] = value;
        }
    }

    private async Task AssertReadableAsync(Dictionary<string, string> written)
    {
        foreach (var (key, value) in written)
        {
            var answer = new GatewayAnswer(HttpStatusCode.ServiceUnavailable, "");
            await Wait.UntilAsync($"{key} is read", ServeLimit, async () =>
            {
                answer = await Client.GetAsync(key);
                return !answer.IsUnavailable;
            });
            Assert.Equal((HttpStatusCode.OK, value), (answer.Status, answer.Body));
        }
    }

    /// <summary>The node says so, and the gateway, which reaches it, has heard it too.</summary>
    private async Task<bool> IsRebuiltAsync(ServiceProcess node) =>
        node.Output.Tail(2_000).Contains("is rebuilt: it votes", StringComparison.Ordinal) && await Client.IsWholeAsync();
}
