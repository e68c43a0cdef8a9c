using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Testing.Linearizability;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// Makes calls through one gateway and says what became of each, in the terms that the checker judges by. It repeats nothing.
/// </summary>
internal sealed class KvClient : IDisposable
{
    /// <summary>Longer than any answer may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly long _origin;

    /// <param name="gateway">The gateway's address.</param>
    /// <param name="token">An access token.</param>
    /// <param name="origin">The timestamp from which the history counts.</param>
    public KvClient(Uri gateway, string token, long origin)
    {
        _origin = origin;
        _client = new HttpClient { BaseAddress = gateway, Timeout = Patience };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>What is wrong with an answer whatever the history, such as a 500; null while nothing was.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Carries the call out and gives it back with its times and what the client was told.</summary>
    /// <param name="planned">What to do.</param>
    /// <param name="expected">The revision that its condition names.</param>
    public async Task<HistoryOperation> CallAsync(HistoryOperation planned, Stamp expected)
    {
        using var request = RequestOf(planned, expected);
        var invoked = Now();
        try
        {
            using var response = await _client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            return Judge(planned with { Invoked = invoked, Returned = Now() }, response, body);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return planned with { Invoked = invoked, Returned = Now(), Outcome = OperationOutcome.Unknown };
        }
    }

    public async Task<JsonDocument?> GetClusterAsync()
    {
        try
        {
            return JsonDocument.Parse(await _client.GetStringAsync("v1/cluster"));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public long Now() => (long)Stopwatch.GetElapsedTime(_origin).TotalMicroseconds;

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage RequestOf(HistoryOperation planned, Stamp expected)
    {
        var method = planned.Kind switch
        {
            OperationKind.Get => HttpMethod.Get,
            OperationKind.Put => HttpMethod.Put,
            _ => HttpMethod.Delete,
        };
        var request = new HttpRequestMessage(method, $"v1/kv/nemesis/{planned.Key}");
        if (planned.Kind == OperationKind.Put)
        {
            request.Content = new StringContent(ValueText.Of(planned.Written));
        }

        switch (planned.Condition)
        {
            case ConditionKind.RevisionIsOneOf:
                request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{expected}\""));
                break;
            case ConditionKind.Exists:
                request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
                break;
            case ConditionKind.DoesNotExist:
                request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
                break;
        }

        return request;
    }

    private HistoryOperation Judge(HistoryOperation call, HttpResponseMessage response, string body)
    {
        var status = response.StatusCode;
        var told = response.Headers.TryGetValues("AspireKv-Outcome", out var outcomes) ? outcomes.Single() : null;
        var outcome = (status, told) switch
        {
            (HttpStatusCode.OK, _) when call.Kind == OperationKind.Get => OperationOutcome.Found,
            (HttpStatusCode.NotFound, _) when call.Kind == OperationKind.Get => OperationOutcome.NotFound,
            (HttpStatusCode.NoContent, "applied") when call.Kind != OperationKind.Get => OperationOutcome.Applied,
            (HttpStatusCode.Created, "applied") when call.Condition == ConditionKind.DoesNotExist => OperationOutcome.Applied,
            (HttpStatusCode.PreconditionFailed, "not-applied") => OperationOutcome.ConditionFailed,
            (HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage, "not-applied") => OperationOutcome.NotApplied,
            (HttpStatusCode.GatewayTimeout, "unknown") => OperationOutcome.Unknown,
            (HttpStatusCode.ServiceUnavailable, null) when call.Kind == OperationKind.Get => OperationOutcome.Unknown,
            _ => (OperationOutcome)0,
        };
        if (outcome == 0)
        {
            Complaint ??= $"{call.Kind} {call.Key} was answered {(int)status} with outcome '{told}': {body}";
            outcome = OperationOutcome.Unknown;
        }

        long observed = 0;
        if (outcome == OperationOutcome.Found && !ValueText.TryRead(body, out observed))
        {
            Complaint ??=
                $"{call.Kind} {call.Key} found what nobody wrote: {body.Length} characters, {body[..Math.Min(40, body.Length)]}...";
        }

        return call with
        {
            Outcome = outcome,
            Observed = observed,
            Revision = call.Kind == OperationKind.Delete ? Stamp.Zero : RevisionOf(response),
        };
    }

    private static Stamp RevisionOf(HttpResponseMessage response)
    {
        if (response.Headers.ETag is not { } tag || !response.IsSuccessStatusCode)
        {
            return Stamp.Zero;
        }

        var parts = tag.Tag.Trim('"').Split('.').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new Stamp(new Ballot(parts[0], new NodeId((int)parts[1])), parts[2]);
    }
}
