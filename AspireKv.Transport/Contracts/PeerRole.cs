namespace AspireKv.Transport.Contracts;

/// <summary>What a process is to the cluster. Written into messages: append only.</summary>
public enum PeerRole : byte
{
    /// <summary>A storage node; may send peer requests, founding messages and forwarded operations.</summary>
    Node = 1,

    /// <summary>An edge of the cluster; may send operations and ask for status, nothing else.</summary>
    Gateway = 2,
}
