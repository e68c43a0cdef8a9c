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

    /// <summary>Role and node id do not fit together, or another process uses the server's own node id.</summary>
    IdentityRefused = 4,

    /// <summary>There is no feature level at which both sides can write and read.</summary>
    FeatureLevelsRefused = 5,
}
