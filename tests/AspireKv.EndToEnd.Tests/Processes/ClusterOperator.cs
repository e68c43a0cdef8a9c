using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>
/// Changes who is a member, as an operator would: by the admin routes of whichever gateway answers, again where the outcome is not known.
/// </summary>
internal sealed class ClusterOperator(IReadOnlyList<GatewayClient> gateways)
{
    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    /// <summary>The version of the topology that the last order made.</summary>
    private long _version;

    /// <summary>Makes a plan and commits it.</summary>
    /// <param name="wishes">The wishes, in JSON, such as <c>{"op":"add","node":4}</c>.</param>
    /// <returns>The generation that the commit made, and the plan.</returns>
    public async Task<(long Generation, JsonNode Plan)> CommitAsync(params string[] wishes)
    {
        var asked = $$"""{"wishes":[{{string.Join(',', wishes)}}]}""";
        JsonNode? plan = null;
        long generation = 0;
        var last = "nobody answered";
        await UntilDoneAsync($"the wishes {asked} are committed", () => last, async gateway =>
        {
            if (plan is null)
            {
                var planned = await gateway.SendAsync(HttpMethod.Post, "v1/admin/plans", asked);
                last = planned.Body;
                if (!planned.IsSuccess)
                {
                    return !MayBeTriedAgain(planned) ? throw new InvalidOperationException($"{asked} was refused: {planned.Body}") : false;
                }

                plan = JsonNode.Parse(planned.Body)!;
            }

            // The very plan again: it may have been committed by the try before.
            var committed = await gateway.SendAsync(HttpMethod.Post, $"v1/admin/plans/{plan["id"]}/commit", plan.ToJsonString());
            last = committed.Body;
            if (committed.IsSuccess)
            {
                var done = JsonNode.Parse(committed.Body)!;
                (_version, generation) = ((long)done["version"]!, (long)done["generation"]!);
                return true;
            }

            return !MayBeTriedAgain(committed) ? throw new InvalidOperationException($"{plan["id"]} was refused: {committed.Body}") : false;
        });
        return (generation, plan!);
    }

    /// <summary>Takes back what is pending.</summary>
    public Task CancelAsync(long generation) => UntilDoneAsync($"generation {generation} is cancelled", static () => "", async gateway =>
    {
        var cancelled = await gateway.SendAsync(HttpMethod.Delete, "v1/admin/plan", ifMatch: $"{generation}");
        if (cancelled.Status == HttpStatusCode.OK)
        {
            _version = (long)JsonNode.Parse(cancelled.Body)!["version"]!;
        }

        return cancelled.IsSuccess || (MayBeTriedAgain(cancelled)
            ? false
            : throw new InvalidOperationException($"The cancellation was refused: {cancelled.Body}"));
    });

    /// <summary>Waits until nothing is pending of what was ordered here.</summary>
    public async Task WaitUntilDoneAsync(TimeSpan limit)
    {
        var last = "";
        try
        {
            await Wait.UntilAsync("the plan is carried out", limit, async () =>
            {
                await Task.Delay(BetweenTries, TimeProvider.System);
                foreach (var gateway in gateways)
                {
                    if (await AskAsync(gateway, "v1/admin/plan") is { } answer)
                    {
                        last = answer.Body;
                        return answer.Status == HttpStatusCode.NoContent && answer.TopologyVersion >= _version;
                    }
                }

                return false;
            });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} What is left: {last}");
        }
    }

    /// <summary>Waits until the node is a member that answers.</summary>
    public Task WaitUntilMemberAsync(int node, TimeSpan limit) => Wait.UntilAsync($"node{node} is a member", limit, async () =>
    {
        await Task.Delay(BetweenTries, TimeProvider.System);
        foreach (var gateway in gateways)
        {
            if (await AskAsync(gateway, "v1/admin/members") is { IsSuccess: true } answer)
            {
                using var json = JsonDocument.Parse(answer.Body);
                return json.RootElement.GetProperty("members").EnumerateArray().Any(
                    member => member.GetProperty("id").GetInt32() == node && member.GetProperty("liveness").GetString() == "alive");
            }
        }

        return false;
    });

    /// <summary>Who holds each partition, the one of the topology too, by its number.</summary>
    public async Task<IReadOnlyDictionary<long, int[]>> ReadReplicasAsync()
    {
        foreach (var gateway in gateways)
        {
            if (await AskAsync(gateway, "v1/admin/topology") is { IsSuccess: true } answer)
            {
                using var json = JsonDocument.Parse(answer.Body);
                return json.RootElement.GetProperty("partitions").EnumerateArray().Append(json.RootElement.GetProperty("system"))
                    .ToDictionary(
                        static partition => partition.GetProperty("id").GetInt64(),
                        static partition => partition.GetProperty("replicas").EnumerateArray().Select(static id => id.GetInt32()).ToArray());
            }
        }

        throw new TimeoutException("No gateway tells the topology.");
    }

    private static bool MayBeTriedAgain(GatewayAnswer answer) => answer.IsUnavailable;

    private static async Task<GatewayAnswer?> AskAsync(GatewayClient gateway, string path)
    {
        try
        {
            return await gateway.SendAsync(HttpMethod.Get, path) is { IsUnavailable: false } answer ? answer : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task UntilDoneAsync(string what, Func<string> last, Func<GatewayClient, Task<bool>> tryAt)
    {
        var tries = 0;
        try
        {
            await Wait.UntilAsync(what, OrderLimit, async () =>
            {
                try
                {
                    if (await tryAt(gateways[tries++ % gateways.Count]))
                    {
                        return true;
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
                {
                    // The gateway is away, or its answer is late: another one may know.
                }

                await Task.Delay(BetweenTries, TimeProvider.System);
                return false;
            });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} The last answer: {last()}");
        }
    }
}
