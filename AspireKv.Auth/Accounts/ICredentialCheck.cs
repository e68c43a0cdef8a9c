using System.Net;

namespace AspireKv.Auth.Accounts;

/// <summary>Decides whether whoever logs in is who they say.</summary>
internal interface ICredentialCheck
{
    /// <summary>Whether a login without a password is malformed.</summary>
    bool NeedsPassword { get; }

    /// <summary>What is said to whoever is refused.</summary>
    string Refusal { get; }

    ValueTask<CredentialVerdict> CheckAsync(EmailAddress email, string password, IPAddress address, CancellationToken cancellationToken);
}
