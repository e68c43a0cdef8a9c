using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Transport.Codec;

namespace AspireKv.Transport.Questions;

/// <summary>
/// All questions between processes. A new one is a line here, a codec, and an <see cref="IQuestionHandler{TAsk, TAnswer}"/> where it is
/// answered. Numbers are append only: the number of a question that goes is never given to another one.
/// </summary>
public static class PeerQuestions
{
    /// <summary>What the node knows of the cluster, its peers and its partitions.</summary>
    public static Question<StatusRequest, NodeStatus> Status { get; } = new(
        1, "status", AskedBy.NodesAndGateways,
        static (_, _) => { }, static (ref ByteReader _) => default,
        StatusCodec.Write, StatusCodec.Read);

    /// <summary>What a node knows of the founding of its cluster; the asker tells the same of itself.</summary>
    public static Question<FoundingRequest, FoundingResponse> Founding { get; } = new(
        2, "founding", AskedBy.Nodes, FoundingCodec.Write, FoundingCodec.ReadRequest, FoundingCodec.Write, FoundingCodec.ReadResponse);

    /// <summary>Whether a node is the newest that there was of it, and what each side knows of the others.</summary>
    public static Question<LifeTidings, LifeTidings> Life { get; } = new(
        3, "life", AskedBy.Nodes, LifeTidingsCodec.Write, LifeTidingsCodec.Read, LifeTidingsCodec.Write, LifeTidingsCodec.Read);

    /// <summary>How many tombstones the partitions have that a node coordinates, and which nodes hold them back.</summary>
    public static Question<TombstonesRequest, TombstoneStatus> Tombstones { get; } = new(
        4, "tombstones", AskedBy.NodesAndGateways,
        static (_, _) => { }, static (ref ByteReader _) => default,
        TombstoneCodec.Write, TombstoneCodec.Read);
}
