using AspireKv.Cluster.Lives;

namespace AspireKv.Storage.Directories;

/// <summary>The starts of processes over the files of a node.</summary>
/// <param name="Incarnation">The incarnation of the files that they belong to.</param>
/// <param name="Starts">The starts, in order.</param>
internal sealed record KeptStarts(ulong Incarnation, IReadOnlyList<LifeStart> Starts);
