using System.Net;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// In Development everybody on this machine is believed, so that a first try of AspireKv needs no set-up. Nobody else is, wherever the
/// service or a gateway before it listens: the name of an environment alone must not open the store to a network.
/// </summary>
internal sealed class DevelopmentCredentialCheck : ICredentialCheck
{
    public DevelopmentCredentialCheck(ILogger<DevelopmentCredentialCheck> logger) => Log.EveryoneIsBelieved(logger);

    public bool NeedsPassword => false;

    public string Refusal => "in Development only programs on this machine can log in";

    public ValueTask<CredentialVerdict> CheckAsync(
        EmailAddress email, string password, IPAddress address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new CredentialVerdict(IPAddress.IsLoopback(address) ? LoginOutcome.Success : LoginOutcome.Refused));
}
