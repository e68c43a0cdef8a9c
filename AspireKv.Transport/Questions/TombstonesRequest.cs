namespace AspireKv.Transport.Questions;

/// <summary>Asks a node for its tombstones and what holds them back; holds nothing.</summary>
public readonly record struct TombstonesRequest;
