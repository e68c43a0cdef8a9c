using AspireKv.Cluster.Coordination.Tasks;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>A move ends before what was committed is at its next replicas.</summary>
internal sealed class EndsMovesBeforeTheirSweep : Saboteur
{
    public override bool EndsMovesUnswept => true;
}

/// <summary>While a partition moves, a majority of the replicas that it moves from is enough.</summary>
internal sealed class LeavesNextReplicasOut : Saboteur
{
    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        var config = from.State.Config!;
        var kind = request.Kind switch
        {
            PeerRequestKind.Prepare => PeerResponseKind.Promised,
            PeerRequestKind.Confirm => PeerResponseKind.Confirmed,
            PeerRequestKind.Accept => PeerResponseKind.Accepted,
            _ => default,
        };
        if (kind == default || config.Replicas.Contains(to) || !config.NextReplicas.Contains(to))
        {
            return true;
        }

        // The message leaves all the same: whether the replica obeys is what the coordinator does not wait for.
        Invent(from, to, request, kind);
        return true;
    }
}

/// <summary>The keys of a partition that moves are those that its coordinator has.</summary>
internal sealed class ListsItsOwnKeysAlone : Saboteur
{
    private readonly Dictionary<(SimulatedPartition At, long Number), StoreKey> _asked = [];

    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind == PeerRequestKind.List && from.State.Config!.NextReplicas.Count > 0)
        {
            _asked[(from, request.Id.Number)] = request.Key;
        }

        return true;
    }

    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response)
    {
        if (from == at.Node.Id || response.Page is not { } page || !_asked.ContainsKey((at, response.Id.Number)))
        {
            return response;
        }

        return response with { Page = page with { Keys = [.. page.Keys.Where(listed => at.Find(listed.Key) is not null)] } };
    }
}

/// <summary>Adopting a config is one record for the config and another one for the emptying.</summary>
internal sealed class AdoptsInTwoRecords : Saboteur
{
    public override IEnumerable<ReplicaRecord> Splits(ReplicaRecord record) =>
        record is ConfigTaken { IsEmptied: true } taken ? [taken with { IsEmptied = false }, taken] : [record];
}

/// <summary>A node that is given a partition again holds it as of the first time.</summary>
internal sealed class GivesPartitionsAgainAsBefore : Saboteur
{
    public override bool KeepsSince => true;
}

/// <summary>What the coordinator of a partition that moves holds itself is brought to others, whoever else has it.</summary>
internal sealed class CopiesWhatItHolds : Saboteur
{
    private readonly Dictionary<(SimulatedPartition At, long Number), StoreKey> _reads = [];

    public override PeerResponse Hears(SimulatedPartition at, NodeId from, PeerResponse response)
    {
        var config = at.State.Config!;
        return response is { Kind: PeerResponseKind.ReadResult, Entry: null }
            && config.NextReplicas.Count > 0 && config.Replicas.Contains(from)
            && _reads.TryGetValue((at, response.Id.Number), out var key)
            ? response with { Entry = at.Find(key) }
            : response;
    }

    public override bool LetsLeave(SimulatedPartition from, NodeId to, PeerRequest request, PendingTask? cause)
    {
        if (request.Kind == PeerRequestKind.Read && cause is null)
        {
            _reads[(from, request.Id.Number)] = request.Key;
        }

        return true;
    }
}
