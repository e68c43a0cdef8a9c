using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AspireKv.AppHost.Growth;

/// <summary>A client of the gateway's admin routes that changes who is a member, such as any operator's.</summary>
/// <param name="http">Logged in; its base address is the gateway.</param>
/// <param name="time">How long is tried again is measured by it.</param>
internal sealed class AdminClient(HttpClient http, TimeProvider time)
{
    /// <summary>Who changes members where an e-mail is enough to log in.</summary>
    public const string Operator = "operator@example.com";

    /// <summary>So often a plan is made anew because somebody changed the cluster between plan and commit.</summary>
    private const int MaxPlans = 5;

    /// <summary>So long is asked again where no answer comes, or none is known: longer than a failover.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);
    /// <summary>What such a client sends by; to be logged in.</summary>
    /// <param name="gateway">The address of the gateway.</param>
    public static HttpClient CreateHttp(string gateway) => new() { BaseAddress = new Uri(gateway), Timeout = RequestTimeout };

    /// <summary>Has the cluster do what is wished: plans, and commits the plan.</summary>
    /// <param name="wishes">What is wished.</param>
    /// <param name="cancellationToken">Ends the wait; the plan may be committed then.</param>
    /// <exception cref="RefusedException">The cluster refuses.</exception>
    /// <exception cref="HttpRequestException">The gateway gave no answer for 30 s, or none that is known.</exception>
    public async Task<ClusterPlan> CommitAsync(IReadOnlyList<Wish> wishes, CancellationToken cancellationToken)
    {
        for (var count = 1; ; count++)
        {
            var body = await SendAsync(HttpMethod.Post, "/v1/admin/plans", new { wishes }, cancellationToken);
            var plan = new ClusterPlan(body!.Value);
            try
            {
                await SendAsync(HttpMethod.Post, $"/v1/admin/plans/{Uri.EscapeDataString(plan.Id)}/commit", plan.Body, cancellationToken);
                return plan;
            }
            catch (RefusedException exception) when (exception.Code == RefusedException.TopologyChanged && count < MaxPlans)
            {
            }
        }
    }

    /// <summary>Whether a plan is under way.</summary>
    /// <inheritdoc cref="CommitAsync" path="/exception"/>
    public async Task<bool> IsPendingAsync(CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, "/v1/admin/plan", content: null, cancellationToken) is not null;

    /// <summary>The members, by number, with their state.</summary>
    /// <inheritdoc cref="CommitAsync" path="/exception"/>
    public async Task<IReadOnlyDictionary<int, string>> ListMembersAsync(CancellationToken cancellationToken)
    {
        var topology = await SendAsync(HttpMethod.Get, "/v1/admin/topology", content: null, cancellationToken);
        return topology!.Value.GetProperty("members").EnumerateArray().ToDictionary(
            static member => member.GetProperty("id").GetInt32(), static member => member.GetProperty("state").GetString()!);
    }

    /// <summary>
    /// Sends a request, and again while the outcome is not known: each of them may be repeated, an order too.
    /// </summary>
    /// <returns>The body; null where there is none.</returns>
    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, object? content, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path);
                request.Content = content is null ? null : JsonContent.Create(content, options: JsonSerializerOptions.Web);
                using var answer = await http.SendAsync(request, cancellationToken);
                if ((int)answer.StatusCode >= 500)
                {
                    throw new HttpRequestException(await ReadDetailAsync(answer, cancellationToken), null, answer.StatusCode);
                }

                return await ReadAsync(answer, cancellationToken);
            }
            catch (Exception exception)
                when (GatewayLogin.IsNoAnswer(exception, cancellationToken) && time.GetElapsedTime(begin) < Patience)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            return null;
        }

        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }

        var code = await ReadProblemAsync(answer, "code", cancellationToken);
        throw new RefusedException(code ?? "", await ReadDetailAsync(answer, cancellationToken));
    }

    private static async Task<string> ReadDetailAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await ReadProblemAsync(answer, "detail", cancellationToken) ?? $"The gateway answered {(int)answer.StatusCode}.";

    /// <summary>A member of problem+json (RFC 9457), or null where there is none.</summary>
    private static async Task<string?> ReadProblemAsync(HttpResponseMessage answer, string name, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return problem.RootElement.ValueKind == JsonValueKind.Object
                && problem.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                    ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
