namespace AspireKv.Transport.Questions;

/// <summary>Asks a node for its status; holds nothing.</summary>
public readonly record struct StatusRequest;
