namespace AspireKv.Transport.Questions;

/// <summary>The processes that may ask a question.</summary>
internal enum AskedBy
{
    Nodes,

    NodesAndGateways,
}
