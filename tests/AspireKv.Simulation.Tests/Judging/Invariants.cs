using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Judging;

/// <summary>
/// What must hold at every moment of a run, whatever clients saw: a fault that no history happens to show is found all the same.
/// </summary>
internal sealed class Invariants(SimulatedCluster cluster) : IClusterObserver
{
    private readonly Dictionary<(int Partition, Stamp Stamp), (StoreKey Key, Entry Entry)> _stamps = [];
    private readonly Dictionary<(NodeId Node, int Partition), Ballot> _shownPromises = [];
    private readonly Dictionary<(int Partition, StoreKey Key), Stamp> _purged = [];

    /// <summary>The highest revision of each key that was acknowledged.</summary>
    private readonly Dictionary<(int Partition, StoreKey Key), Stamp> _acknowledged = [];

    /// <summary>What had been acknowledged when a learner began to be rebuilt: what it must be given.</summary>
    private readonly Dictionary<(NodeId Node, int Partition), Dictionary<StoreKey, Stamp>> _owed = [];

    /// <summary>What each Purge is about: its answer does not repeat it.</summary>
    private readonly Dictionary<(int Partition, RequestId Id), (StoreKey Key, Stamp Stamp)> _purges = [];

    /// <summary>The stamps of what a node held when it was given the partition anew, and the grant.</summary>
    private readonly Dictionary<(NodeId Node, int Partition), (long Since, HashSet<Stamp> Stamps)> _void = [];

    private Guid? _clusterId;
    private readonly bool _isOn = cluster.Saboteur.LeavesInvariantsOn;

    /// <summary>
    /// A stamp names one entry of one key, a replica's promise and its fence only grow, and a learner becomes a voter with all that it is
    /// owed.
    /// </summary>
    public void Placed(SimulatedNode node, ReplicaRecord record)
    {
        if (!_isOn)
        {
            return;
        }

        var before = node.Disk.Placed.Snapshot(record.Partition);
        if (before.With(record).Purged < before.Purged)
        {
            throw new ViolationException($"node {node.Id} lowers its fence {before.Purged} of partition {record.Partition} by {record}");
        }

        switch (record)
        {
            case RebuildBegun when !IsNewest(before.Config!, record.Partition):
                _owed.Remove((node.Id, record.Partition));
                break;
            case RebuildBegun:
                _owed[(node.Id, record.Partition)] = _acknowledged.Where(key => key.Key.Partition == record.Partition)
                    .ToDictionary(key => key.Key.Key, key => key.Value);
                break;
            case LearnerMarked { IsLearner: false } when IsNewest(before.Config!, record.Partition):
                BecomesAVoter(node, record.Partition);
                break;
            case ConfigTaken { IsEmptied: true } taken:
                _void[(node.Id, record.Partition)] = (taken.Since, [.. node.Disk.Placed.Stamps(record.Partition)]);
                break;
            case EntryAccepted accepted:
                _void.GetValueOrDefault((node.Id, record.Partition)).Stamps?.Remove(accepted.Entry.Stamp);
                var place = (accepted.Partition, accepted.Entry.Stamp);
                if (!_stamps.TryAdd(place, (accepted.Key, accepted.Entry)) && _stamps[place] != (accepted.Key, accepted.Entry))
                {
                    throw new ViolationException($"two entries share the stamp {accepted.Entry.Stamp} of partition {accepted.Partition}");
                }

                if (node.Disk.Placed.Find(accepted.Partition, accepted.Key) is { } stored && stored.Stamp >= accepted.Entry.Stamp)
                {
                    throw new ViolationException(
                        $"node {node.Id} replaces {accepted.Key} {stored.Stamp} by the older {accepted.Entry.Stamp}");
                }

                break;
            case BallotPromised promised when promised.Ballot <= node.Disk.Placed.Snapshot(promised.Partition).Promised:
                throw new ViolationException(
                    $"node {node.Id} takes its promise of partition {promised.Partition} back to {promised.Ballot}");
            case TombstonePurged purged:
                var key = (purged.Partition, purged.Key);
                _purged[key] = purged.Stamp > _purged.GetValueOrDefault(key) ? purged.Stamp : _purged[key];
                break;
        }
    }

    /// <summary>When a move ends, a quorum of those that hold the partition from now on has all that was acknowledged.</summary>
    public void ConfigChanged(int partition, PartitionConfig config)
    {
        var before = cluster.Topology.At(config.Epoch - 1).Partitions[partition];
        if (!_isOn || before.NextReplicas.Count == 0 || !before.NextReplicas.SequenceEqual(config.Replicas))
        {
            return;
        }

        foreach (var ((_, key), stamp) in _acknowledged.Where(acknowledged => acknowledged.Key.Partition == partition))
        {
            var holders = config.Replicas.Count(replica =>
                Holds(cluster.NodeOf(replica), partition, key, stamp) || cluster.NodeOf(replica).DiskLostAt is not null);
            if (holders <= config.Replicas.Count / 2)
            {
                throw new ViolationException(
                    $"partition {partition} moves to {config}, and {key} {stamp} is held by {holders} of {config.Replicas.Count}");
            }
        }
    }

    /// <summary>What an answer shows is durable when it leaves.</summary>
    public void Answered(SimulatedNode node, NodeId to, PeerResponse response)
    {
        CheckPurge(node, response);
        if (to != node.Id
            && response.Kind is not (PeerResponseKind.BallotRejected or PeerResponseKind.EpochRejected or PeerResponseKind.Unanswered))
        {
            // Whatever it answered under a ballot, it obeys no lower one from then on.
            var shown = (node.Id, response.Partition);
            var before = _shownPromises.GetValueOrDefault(shown);
            _shownPromises[shown] = response.Ballot > before ? response.Ballot : before;
            CheckPromise(node, response.Partition);
        }
    }

    /// <summary>A process that starts remembers what the last one promised.</summary>
    public void Recovered(SimulatedNode node)
    {
        for (var partition = 0; partition < cluster.Scenario.Partitions; partition++)
        {
            CheckPromise(node, partition);
            CheckMembership(node, partition);
        }
    }

    /// <summary>What a node promised is gone with its disk.</summary>
    public void DiskLost(SimulatedNode node)
    {
        foreach (var shown in _shownPromises.Keys.Where(shown => shown.Node == node.Id).ToArray())
        {
            _shownPromises.Remove(shown);
        }
    }

    /// <summary>
    /// An acknowledged write, and what a read found, is on stable storage at a quorum, or something newer is; or was, at a node whose disk
    /// was lost since: for a write since the call came, for a read at any time.
    /// </summary>
    public void Completed(SimulatedPartition at, PendingOperation operation, TimeSpan arrivedAt, OperationResult result)
    {
        var isRead = operation.Operation.Kind == OperationKind.Get;
        if (!_isOn || result.Outcome != (isRead ? OperationOutcome.Found : OperationOutcome.Applied))
        {
            return;
        }

        if (!isRead)
        {
            var key = (at.Number, operation.Key);
            _acknowledged[key] = result.Revision > _acknowledged.GetValueOrDefault(key) ? result.Revision : _acknowledged[key];
        }

        // Counted here, and not by the quorum that decided: a judge that asks the judged finds nothing.
        var config = at.State.Config!;
        var since = isRead ? TimeSpan.Zero : arrivedAt;
        foreach (var replicas in Lists(config))
        {
            var holders = replicas.Count(replica =>
                Holds(cluster.NodeOf(replica), at.Number, operation.Key, result.Revision) || cluster.NodeOf(replica).DiskLostAt >= since
                || HasLeft(cluster.NodeOf(replica), at.Number, config));
            if (holders <= replicas.Count / 2)
            {
                var verb = isRead ? "found" : "acknowledged";
                throw new ViolationException(
                    $"{operation.Key} {result.Revision} was {verb} by node {at.Node.Id}, held durably by {holders} of {replicas.Count} "
                        + $"under {config}");
            }
        }
    }

    /// <summary>A tombstone is purged only once every replica has it on stable storage, or something newer.</summary>
    public void Sent(SimulatedPartition from, NodeId to, PeerRequest request)
    {
        if (!_isOn || request.Kind != PeerRequestKind.Purge)
        {
            return;
        }

        _purges[(request.Partition, request.Id)] = (request.Key, request.PurgeStamp);
        foreach (var replica in from.State.Config!.Voters)
        {
            var node = cluster.NodeOf(replica);
            var isEmpty = node.LacksMemory && (node.Old.IsInUse || node.Disk.Placed.Find(from.Number, request.Key) is null);
            if (!isEmpty && !Holds(node, from.Number, request.Key, request.PurgeStamp))
            {
                throw new ViolationException(
                    $"node {from.Node.Id} purges {request.Key} {request.PurgeStamp}, which node {replica} does not hold");
            }
        }
    }

    /// <summary>There is one founding, whatever happened during it.</summary>
    public void Founded(SimulatedNode node, FoundingRecord record)
    {
        _clusterId ??= record.ClusterId;
        if (_clusterId != record.ClusterId)
        {
            throw new ViolationException($"node {node.Id} joins the cluster {record.ClusterId}, others joined {_clusterId}");
        }

        if (record.Find(node.Id)?.Incarnation != node.Self.Incarnation && node.DiskLostAt is null)
        {
            throw new ViolationException($"the founding record does not name node {node.Id} as it is");
        }
    }

    /// <summary>Who answers that it dropped a tombstone holds it no more, durably, and takes nothing older.</summary>
    private void CheckPurge(SimulatedNode node, PeerResponse response)
    {
        if (!_isOn || response.Kind != PeerResponseKind.Purged || !_purges.TryGetValue((response.Partition, response.Id), out var purge))
        {
            return;
        }

        var disk = node.Disk.Synced;
        if (disk.Find(response.Partition, purge.Key)?.Stamp == purge.Stamp || disk.Snapshot(response.Partition).Purged < purge.Stamp)
        {
            throw new ViolationException($"node {node.Id} says that it purged {purge.Key} {purge.Stamp}, and did not");
        }
    }

    /// <summary>
    /// The learner holds all that was acknowledged before its rebuild began; and with it, a quorum holds all that was acknowledged by now,
    /// on stable storage.
    /// </summary>
    private void BecomesAVoter(SimulatedNode node, int partition)
    {
        foreach (var (key, stamp) in _owed.GetValueOrDefault((node.Id, partition)) ?? [])
        {
            if (!IsAtLeast(node.Disk.Placed, partition, key, stamp))
            {
                throw new ViolationException($"node {node.Id} votes again in partition {partition} without {key} {stamp}");
            }
        }

        var replicas = node.Disk.Placed.Snapshot(partition).Config!.Replicas;
        foreach (var ((_, key), stamp) in _acknowledged.Where(acknowledged => acknowledged.Key.Partition == partition))
        {
            var holders = replicas.Count(replica => cluster.NodeOf(replica) is var other
                && IsAtLeast(other == node ? other.Disk.Placed : other.Disk.Synced, partition, key, stamp));
            if (holders <= replicas.Count / 2)
            {
                throw new ViolationException(
                    $"node {node.Id} votes again in partition {partition}, and {key} {stamp} is held by {holders} of {replicas.Count}");
            }
        }
    }

    /// <summary>
    /// False where the topology has a newer config: what was acknowledged under that one need not have reached the replicas of this one.
    /// </summary>
    private bool IsNewest(PartitionConfig config, int partition) => config.Epoch == cluster.Topology.Newest.Partitions[partition].Epoch;

    /// <summary>True where the node obeys a newer config, and dropped what it held under this one.</summary>
    private static bool HasLeft(SimulatedNode node, int partition, PartitionConfig config) =>
        node.Disk.Placed.Snapshot(partition) is var snapshot
        && snapshot.Config?.Epoch > config.Epoch && snapshot.Since != config.Since(node.Id);

    private static IEnumerable<IReadOnlyList<NodeId>> Lists(PartitionConfig config) =>
        config.NextReplicas.Count == 0 ? [config.Replicas] : [config.Replicas, config.NextReplicas];

    private bool IsAtLeast(SimulatedDisk.DiskView disk, int partition, StoreKey key, Stamp stamp) =>
        disk.Find(partition, key) is { } entry ? entry.Stamp >= stamp : _purged.GetValueOrDefault((partition, key)) >= stamp;

    private bool Holds(SimulatedNode node, int partition, StoreKey key, Stamp stamp) =>
        IsAtLeast(node.Disk.Synced, partition, key, stamp);

    /// <summary>What was stored under an earlier grant is not there under a later one.</summary>
    private void CheckMembership(SimulatedNode node, int partition)
    {
        var disk = node.Disk.Synced;
        if (_isOn && _void.TryGetValue((node.Id, partition), out var gone) && disk.Snapshot(partition).Since == gone.Since
            && disk.Stamps(partition).Any(gone.Stamps.Contains))
        {
            throw new ViolationException($"node {node.Id} holds entries of an earlier membership of partition {partition}");
        }
    }

    private void CheckPromise(SimulatedNode node, int partition)
    {
        var shown = _shownPromises.GetValueOrDefault((node.Id, partition));
        var durable = node.Disk.Synced.Snapshot(partition).Promised;
        if (_isOn && durable < shown)
        {
            throw new ViolationException($"node {node.Id} showed the promise {shown} of partition {partition}, but durable is {durable}");
        }
    }
}
