using System.Collections.Concurrent;
using System.Net;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

public sealed class DurabilityTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private const int KeyCount = 2_000;
    private const int Writers = 16;
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Writes_NodeKilledMidwayThenWholeClusterRestarted_KeepEveryAcknowledgedKey()
    {
        var acknowledged = await WriteThroughACrashAsync();

        // A write under way when the node died may go unanswered; unless nearly all others were acknowledged, this test shows little.
        Assert.InRange(acknowledged.Count, KeyCount * 9 / 10, KeyCount);
        await Cluster.StartAsync();
        await AssertReadableAsync(acknowledged);

        Assert.All(await Cluster.StopAsync(), exitCode => Assert.Equal(0, exitCode));
        await Cluster.StartAsync();
        await AssertReadableAsync(acknowledged);
    }

    private async Task<IReadOnlyDictionary<string, string>> WriteThroughACrashAsync()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        var victim = Cluster.Nodes[1];
        var killed = new TaskCompletionSource();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers };
        await Parallel.ForEachAsync(Enumerable.Range(0, KeyCount), options, async (number, _) =>
        {
            if (number == KeyCount / 3)
            {
                await victim.KillAsync();
                killed.SetResult();
            }
            else if (number == KeyCount * 2 / 3)
            {
                await killed.Task;
                victim.Start();
            }

            var (key, value) = ($"durable-{number}", $"value {number}");
            var answer = await Client.PutAsync(key, value);
            if (answer.IsSuccess)
            {
                acknowledged[key] = value;
            }
        });
        return acknowledged;
    }

    private async Task AssertReadableAsync(IReadOnlyDictionary<string, string> written)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(written, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (entry, _) =>
        {
            // A refusal is no loss: the key is asked for until some answer says what it holds.
            var answer = new GatewayAnswer(HttpStatusCode.ServiceUnavailable, "");
            await Wait.UntilAsync($"{entry.Key} is read", ReadLimit, async () =>
            {
                answer = await Client.GetAsync(entry.Key);
                return !answer.IsUnavailable;
            });
            if (answer.Status != HttpStatusCode.OK || answer.Body != entry.Value)
            {
                wrong.Add($"{entry.Key}: {answer}");
            }
        });
        Assert.Empty(wrong);
    }
}
