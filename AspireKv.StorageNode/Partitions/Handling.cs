using System.Diagnostics;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>What one step of a partition is taken for.</summary>
/// <param name="Asking">The peer whose request is handled; null for all other steps.</param>
/// <param name="Trace">The span that the step belongs to; default when none is sampled.</param>
/// <param name="Read">What was read from the disk for the step; null for all steps but those of a request that was put off.</param>
internal readonly record struct Handling(IPeerConnection? Asking = null, ActivityContext Trace = default, DiskRead? Read = null);
