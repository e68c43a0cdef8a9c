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

    /// <summary>The topology that a node believes, if it is newer than what the asker knows.</summary>
    public static Question<TopologyRequest, TopologyResponse> Topology { get; } = new(
        5, "topology", AskedBy.NodesAndGateways,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadTopologyRequest,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadTopologyResponse);

    /// <summary>To have the asker's life registered in the topology.</summary>
    public static Question<RegistrationRequest, RegistrationResponse> Registration { get; } = new(
        6, "registration", AskedBy.Nodes,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadRegistrationRequest,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadRegistrationResponse);

    /// <summary>How far the moves are that a node coordinates.</summary>
    public static Question<MovesRequest, MovesResponse> Moves { get; } = new(
        7, "moves", AskedBy.NodesAndGateways,
        static (_, _) => { }, static (ref ByteReader _) => default,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadMovesResponse);

    /// <summary>What wishes for the topology come to.</summary>
    public static Question<PlanRequest, PlanOutcome> Plan { get; } = new(
        8, "plan", AskedBy.NodesAndGateways, PlanCodec.Write, PlanCodec.ReadRequest, PlanCodec.Write, PlanCodec.ReadOutcome);

    /// <summary>To have the topology changed.</summary>
    public static Question<TopologyOrder, OrderResult> Order { get; } = new(
        9, "order", AskedBy.NodesAndGateways, OrderCodec.Write, OrderCodec.ReadOrder, OrderCodec.Write, OrderCodec.ReadResult);

    /// <summary>How much the partitions hold that a node has a replica of.</summary>
    public static Question<SizesRequest, SizesResponse> Sizes { get; } = new(
        10, "sizes", AskedBy.Nodes,
        static (_, _) => { }, static (ref ByteReader _) => default,
        TopologyMessagesCodec.Write, TopologyMessagesCodec.ReadSizesResponse);
}
