using System.Globalization;
using System.Net;

namespace AspireKv.AppHost.Chaos;

/// <summary>A client of the gateway, such as any user's, that reads and writes numbered keys.</summary>
internal sealed class KeyClient(HttpClient http)
{
    private const string KeyPath = "/v1/kv/chaos/key-";
    private const string ValuePrefix = "written by run ";
    private const string OutcomeHeader = "AspireKv-Outcome";
    private const string NotApplied = "not-applied";

    public Task LogInAsync(CancellationToken cancellationToken) =>
        http.LogInAsync("chaos@example.com", cancellationToken: cancellationToken);

    /// <summary>Writes once. A write is not repeated here: an unknown one would have to be told apart from its repetition.</summary>
    public async Task<WriteOutcome> WriteAsync(int key, int run, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(ValuePrefix + Text(run));
            using var answer = await http.PutAsync(KeyPath + Text(key), content, cancellationToken);
            return answer.IsSuccessStatusCode ? WriteOutcome.Acknowledged
                : answer.Headers.TryGetValues(OutcomeHeader, out var outcomes) && outcomes.Contains(NotApplied) ? WriteOutcome.Refused
                : WriteOutcome.Unknown;
        }
        catch (Exception exception) when (GatewayLogin.IsNoAnswer(exception, cancellationToken))
        {
            return WriteOutcome.Unknown;
        }
    }

    /// <summary>
    /// Reads once: the run that wrote the value, <see cref="KeyRecord.NoValue"/> when there is none, or null when it could not be read.
    /// </summary>
    public async Task<int?> ReadAsync(int key, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(KeyPath + Text(key), cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => RunOf(await answer.Content.ReadAsStringAsync(cancellationToken)),
                HttpStatusCode.NotFound => KeyRecord.NoValue,
                _ => null,
            };
        }
        catch (Exception exception) when (GatewayLogin.IsNoAnswer(exception, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>A value that no run wrote is -1.</summary>
    private static int RunOf(string value) =>
        value.StartsWith(ValuePrefix, StringComparison.Ordinal)
        && int.TryParse(value[ValuePrefix.Length..], CultureInfo.InvariantCulture, out var run)
            ? run : -1;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
