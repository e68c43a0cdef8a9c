using System.Diagnostics.Metrics;

namespace AspireKv.AccessTokens;

/// <summary>Counts what is rare: a hit in the cache of validated tokens is on the data path and touches no instrument.</summary>
internal sealed class AccessTokenMetrics
{
    private readonly Counter<long> _validations;
    private readonly Counter<long> _keyFetches;

    public AccessTokenMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create("AspireKv.AccessTokens");
        _validations = meter.CreateCounter<long>(
            "aspirekv.access_token.validations", "{token}", "Access tokens checked without help of the cache, by result");
        _keyFetches = meter.CreateCounter<long>(
            "aspirekv.access_token.key_fetches", "{fetch}", "Fetches of the auth service's public keys, by outcome");
    }

    public void Validated(AccessTokenRejection result) =>
        _validations.Add(1, new KeyValuePair<string, object?>("result", result == AccessTokenRejection.None ? "Valid" : result.ToString()));

    public void KeysFetched(string outcome) => _keyFetches.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
