namespace AspireKv.Transport.Handshake;

/// <summary>A handshake failed for a reason that another attempt alone will not mend.</summary>
/// <param name="reason">A short, stable name of the reason, for metrics.</param>
/// <param name="message">One clear line, without secrets.</param>
internal sealed class HandshakeRefusedException(string reason, string message) : Exception(message)
{
    public const string ProtocolReason = "protocol";
    public const string VersionReason = "version";
    public const string CredentialReason = "credential";
    public const string ClusterReason = "cluster";
    public const string NodeReason = "node";
    public const string IdentityReason = "identity";
    public const string MemberReason = "member";
    public const string BusyReason = "busy";

    public string Reason { get; } = reason;
}
