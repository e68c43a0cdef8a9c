using System.Diagnostics;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What one step of a partition is taken for.</summary>
/// <param name="Own">Takes the answers of this node's replica to this node's coordinator.</param>
/// <param name="Asking">The peer whose request is handled; null for all other steps.</param>
/// <param name="Trace">The span that the step belongs to; default when none is sampled.</param>
internal readonly record struct Handling(IOwnCoordinator Own, IPeerConnection? Asking = null, ActivityContext Trace = default);
