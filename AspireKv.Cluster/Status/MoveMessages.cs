namespace AspireKv.Cluster.Status;

/// <summary>Asks a node how far the moves are that it coordinates.</summary>
public readonly record struct MovesRequest;

/// <summary>The answer to <see cref="MovesRequest"/>.</summary>
/// <param name="Moves">The moves, each once.</param>
public sealed record MovesResponse(IReadOnlyList<MoveStatus> Moves);

/// <summary>How far a move of a partition is, as a node knows.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Progress">How far it is.</param>
public sealed record MoveStatus(int Partition, MoveProgress Progress);
