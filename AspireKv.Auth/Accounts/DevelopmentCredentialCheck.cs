using System.Net;

namespace AspireKv.Auth.Accounts;

/// <summary>In Development everybody is believed, so that a first try of AspireKv needs no set-up.</summary>
internal sealed class DevelopmentCredentialCheck : ICredentialCheck
{
    public DevelopmentCredentialCheck(ILogger<DevelopmentCredentialCheck> logger) => Log.EveryoneIsBelieved(logger);

    public bool NeedsPassword => false;

    public ValueTask<CredentialVerdict> CheckAsync(
        EmailAddress email, string password, IPAddress address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new CredentialVerdict(LoginOutcome.Success));
}
