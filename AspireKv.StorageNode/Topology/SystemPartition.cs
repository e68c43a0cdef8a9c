using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding.Values;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// The topology as the cluster holds it: the one value of the system partition, read and changed by the store's own operations, from
/// whichever node. Whatever is read or written here is believed, since a quorum holds it.
/// </summary>
internal sealed class SystemPartition(HostedPartitions hosted, OperationRunner operations, KnownTopology known)
{
    /// <summary>How often a change is tried that others were quicker than.</summary>
    private const int MaxTries = 16;

    /// <summary>How long one operation may take.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static readonly StoreKey Key = StoreKey.Create("system", "topology"u8);

    /// <summary>True while this node coordinates the system partition.</summary>
    public bool IsCoordinator => hosted.Current?.System.HoldsBallot == true;

    /// <summary>Reads the topology, and so settles one that a former coordinator left open.</summary>
    /// <exception cref="TopologyUnavailableException">No quorum answered.</exception>
    public async Task<ClusterTopology> ReadAsync() => (await FindAsync()).Topology;

    /// <summary>Changes the topology, unless there is nothing to change.</summary>
    /// <param name="change">
    /// The next topology by the present one, or null to leave it; called again where another change came first.
    /// </param>
    /// <returns>The topology as it is then.</returns>
    /// <exception cref="TopologyUnavailableException">No quorum answered; a change may have been made, as the exception says.</exception>
    public async Task<ClusterTopology> ChangeAsync(Func<ClusterTopology, ClusterTopology?> change)
    {
        var isUnknown = false;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var (present, revision) = await FindAsync();
            if (change(present) is not { } next)
            {
                return present;
            }

            var result = await RunAsync(new ClientOperation
            {
                Kind = OperationKind.Put,
                Key = Key,
                Value = TopologyCodec.ToBytes(next),
                Condition = revision is null ? ConditionKind.DoesNotExist : ConditionKind.RevisionIsOneOf,
                Revisions = revision is { } one ? [one] : [],
            });
            switch (result.Outcome)
            {
                case OperationOutcome.Applied:
                    known.Believe(next);
                    return next;
                case OperationOutcome.Unknown:
                    isUnknown = true;
                    break;
                case OperationOutcome.NotApplied:
                    throw new TopologyUnavailableException(isUnknown);
            }
        }

        throw new TopologyUnavailableException(isUnknown);
    }

    private async Task<(ClusterTopology Topology, Stamp? Revision)> FindAsync()
    {
        var result = await RunAsync(new ClientOperation { Kind = OperationKind.Get, Key = Key });
        switch (result.Outcome)
        {
            case OperationOutcome.Found:
                var topology = TopologyCodec.FromBytes(result.Entry!.Value.Span);
                known.Believe(topology);
                return (topology, result.Entry.Revision);
            case OperationOutcome.NotFound when known.First is { } first:
                return (first, null);
            default:
                throw new TopologyUnavailableException(isUnknown: false);
        }
    }

    private Task<OperationResult> RunAsync(ClientOperation operation)
    {
        if (hosted.Current is not { } partitions)
        {
            return Task.FromResult(OperationResult.NotApplied(NotAppliedReason.NotReady));
        }

        var asker = new OwnOperation();
        var request = new OperationRequest { Operation = operation, Timeout = Timeout, IsOfSystem = true };
        operations.Start(asker, correlation: 0, request, partitions.System);
        return asker.Result;
    }
}
