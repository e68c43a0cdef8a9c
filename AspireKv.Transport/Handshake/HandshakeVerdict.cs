namespace AspireKv.Transport.Handshake;

/// <summary>The server's last word in a handshake. Written into messages: append only.</summary>
internal enum HandshakeVerdict : byte
{
    Accepted = 0,

    /// <summary>The client did not prove that it holds the cluster's credential.</summary>
    CredentialRefused = 1,

    /// <summary>Both sides belong to a cluster, but not to the same one.</summary>
    OtherCluster = 2,

    /// <summary>The client looks for another node than the one that listens here.</summary>
    OtherNode = 3,

    /// <summary>Role and node id do not fit together.</summary>
    IdentityRefused = 4,

    /// <summary>There is no feature level at which both sides can write and read.</summary>
    FeatureLevelsRefused = 5,

    /// <summary>The client has the server's own node id and is another process.</summary>
    OwnNode = 6,

    /// <summary>The client calls itself a node that is no member of the server's cluster.</summary>
    NotAMember = 7,

    /// <summary>The server holds as many connections of gateways as it may.</summary>
    Busy = 8,
}
