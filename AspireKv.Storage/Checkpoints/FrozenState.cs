using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Checkpoints;

/// <summary>
/// What a checkpoint is to move to SQLite: every change up to <paramref name="AppliedPosition"/> and, since partitions are frozen one after
/// the other, some later changes up to <paramref name="LastPosition"/>; replaying those again over what SQLite then holds gives the same
/// state.
/// </summary>
internal sealed record FrozenState(
    long AppliedPosition, long LastPosition, IReadOnlyList<(int Partition, PartitionTable Table, Memtable Changes)> Partitions);
