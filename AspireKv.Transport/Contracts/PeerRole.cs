namespace AspireKv.Transport.Contracts;

/// <summary>What a process is to the cluster. Written into messages: append only.</summary>
public enum PeerRole : byte
{
    /// <summary>A storage node; may send peer requests and forwarded operations, and ask every question.</summary>
    Node = 1,

    /// <summary>An edge of the cluster; may send operations, and ask the questions that are open to gateways.</summary>
    Gateway = 2,
}
