using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Membership;

/// <summary>Asks a member who it is and whether it knows a founding; offers the record when the sender has it.</summary>
/// <param name="Sender">The asking node, with its incarnation.</param>
/// <param name="Record">The founding record that the sender holds durably, or null.</param>
public sealed record FoundingRequest(Member Sender, FoundingRecord? Record);

/// <summary>The answer to <see cref="FoundingRequest"/>.</summary>
/// <param name="Responder">The answering node, with its incarnation.</param>
/// <param name="Record">The founding record that the responder holds durably (the one just offered included), or null.</param>
public sealed record FoundingResponse(Member Responder, FoundingRecord? Record);
