using System.Diagnostics.Metrics;
using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Api;

internal sealed class AuthMetrics
{
    public const string MeterName = "AspireKv.Auth";

    private readonly Counter<long> _logins;

    public AuthMetrics(IMeterFactory meterFactory) =>
        _logins = meterFactory.Create(MeterName).CreateCounter<long>("aspirekv.auth.logins", "{login}", "Login tries by outcome");

    public void LoggedIn(LoginOutcome outcome) =>
        _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
}
