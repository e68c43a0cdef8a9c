using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

public sealed class FailoverTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private const int KeyCount = 500;
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    /// <summary>Long after the promise is broken, so that the failure can say by how much.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Kill_OneNode_AllKeysAreServedAgainWithinTwoSeconds()
    {
        await Parallel.ForEachAsync(Keys(), async (key, _) => await WriteAsync(key, key));

        await Cluster.Nodes[0].KillAsync();
        var killed = Stopwatch.GetTimestamp();
        var late = new List<string>();
        await Parallel.ForEachAsync(Keys(), new ParallelOptions { MaxDegreeOfParallelism = KeyCount }, async (key, _) =>
        {
            var expected = new GatewayAnswer(HttpStatusCode.OK, key);
            await Wait.UntilAsync($"{key} is read", GiveUp, async () => await Client.GetAsync(key) == expected);
            if (Stopwatch.GetElapsedTime(killed) is var elapsed && elapsed > Promised)
            {
                lock (late)
                {
                    late.Add($"{key} after {elapsed.TotalSeconds:F1} s");
                }
            }
        });

        Assert.Empty(late);
    }

    [Fact]
    public async Task Kill_MajorityOfNodes_WritesAndReadsAreRefusedWithinTwoSecondsUntilOneReturns()
    {
        await WriteAsync("kept", "before");
        await Cluster.Nodes[0].KillAsync();
        await Cluster.Nodes[1].KillAsync();

        for (var number = 0; number < 3; number++)
        {
            var (put, putTime) = await TimeAsync(() => Client.PutAsync($"refused-{number}", "x"));
            Assert.Equal(put.Outcome == "unknown" ? HttpStatusCode.GatewayTimeout : HttpStatusCode.ServiceUnavailable, put.Status);
            Assert.Contains(put.Outcome, new[] { "not-applied", "unknown" });
            Assert.InRange(putTime, TimeSpan.Zero, Promised);

            var (get, getTime) = await TimeAsync(() => Client.GetAsync("kept"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, get.Status);
            Assert.InRange(getTime, TimeSpan.Zero, Promised);
        }

        await Cluster.StartAsync();
        Assert.Equal(new GatewayAnswer(HttpStatusCode.OK, "before"), await Client.GetAsync("kept"));
    }

    /// <summary>The nodes that are left count at most once in ten seconds, so what is asked too early is told a while later.</summary>
    [Fact]
    public async Task Kill_OneNode_IsToldAsWhatHoldsTombstonesBack()
    {
        await WriteAsync("to-be-deleted", "x");
        var killedAt = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await Cluster.Nodes[2].KillAsync();
        await Wait.UntilAsync("the key is deleted", GiveUp, async () => (await Client.DeleteAsync("to-be-deleted")).IsSuccess);

        await Wait.UntilAsync("the dead node is named as what holds the tombstone back", GiveUp, async () =>
        {
            var answer = await Client.GetTombstonesAsync();
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.GetProperty("held").GetInt64() > 0
                && json.RootElement.GetProperty("unanswered").EnumerateArray()
                    .Any(static node => node.GetProperty("name").GetString() == "node3")
                && json.RootElement.GetProperty("heldBy").EnumerateArray().Any(
                    hold => hold.GetProperty("name").GetString() == "node3"
                        && hold.GetProperty("reason").GetString() == "dead"
                        && hold.GetProperty("tombstones").GetInt64() > 0
                        && hold.GetProperty("since").GetDateTimeOffset() > killedAt);
        });
    }

    [Fact]
    public async Task Kill_AuthService_DataStillFlows()
    {
        await Cluster.Auth.KillAsync();

        await WriteAsync("without-auth", "x");
        Assert.Equal(new GatewayAnswer(HttpStatusCode.OK, "x"), await Client.GetAsync("without-auth"));
    }

    private Task WriteAsync(string key, string value) =>
        Wait.UntilAsync($"{key} is written", GiveUp, async () => (await Client.PutAsync(key, value)).IsSuccess);

    private static async Task<(GatewayAnswer Answer, TimeSpan Time)> TimeAsync(Func<Task<GatewayAnswer>> send)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await send();
        return (answer, Stopwatch.GetElapsedTime(started));
    }

    private static IEnumerable<string> Keys() => Enumerable.Range(0, KeyCount).Select(number => $"failover-{number}");
}
