using System.Globalization;
using System.Text;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Clients;

/// <summary>
/// The clients, and what the gateway before them knows: it asks the node that an answer last named as the holder, or any other. The clients
/// write down every call and what they were told.
/// </summary>
internal sealed class SimulatedClients(SimulatedCluster cluster, SeededRandom random)
{
    private static readonly Stamp NobodysRevision = new(new Ballot(1, new NodeId(1)), 1_000_000);

    private readonly List<HistoryOperation> _history = [];
    private readonly Dictionary<int, List<(Stamp Revision, long Value)>> _seen = [];
    private readonly Dictionary<int, NodeId> _holders = [];

    /// <summary>All calls so far; those without an answer are unknown.</summary>
    public IReadOnlyList<HistoryOperation> History => _history;

    public static string KeyName(int key) => string.Create(CultureInfo.InvariantCulture, $"k{key}");

    public void Plan(IEnumerable<PlannedOperation> operations)
    {
        foreach (var operation in operations)
        {
            cluster.Events.After(operation.At, () => Call(operation, ChooseNode(operation), _ => { }));
        }
    }

    /// <summary>
    /// Makes a call now, at this node, and at no other one where <paramref name="nobodyElse"/> is to be asked, whatever this one answers.
    /// <paramref name="ended"/> hears the outcome once, unknown when patience ran out.
    /// </summary>
    public void Call(PlannedOperation planned, SimulatedNode? node, Action<OperationOutcome> ended, bool nobodyElse = false)
    {
        var index = _history.Count;
        var (revision, expected) = ChooseRevision(planned);
        var call = new HistoryOperation
        {
            Id = index + 1,
            Key = KeyName(planned.Key),
            Kind = planned.Kind,
            Condition = planned.Condition,
            Expected = expected,
            Written = planned.Kind == OperationKind.Put ? index + 1 : HistoryOperation.Absent,
            Invoked = Microseconds(cluster.Events.Now),
        };
        if (node is null)
        {
            return;
        }

        _history.Add(call);
        cluster.Count();
        cluster.Log($"client calls node {node.Id}: {call}");
        var operation = new ClientOperation
        {
            Kind = planned.Kind,
            Key = StoreKey.Create("default", Encoding.UTF8.GetBytes(call.Key)),
            Value = planned.Kind == OperationKind.Put ? ValueNumber.Encode(call.Written) : default,
            Condition = planned.Condition,
            Revisions = planned.Condition is ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf ? [revision] : [],
        };
        var partition = planned.Key % cluster.Scenario.Partitions;
        var sent = new GatewayCall(cluster, random, partition, operation, ChooseNext, Learn, End);
        sent.Ask(node);

        SimulatedNode? ChooseNext(IReadOnlyList<SimulatedNode> asked) => nobodyElse ? null : ChooseAnother(partition, asked);

        void Learn(OperationResult result)
        {
            if (result.Holder != NodeId.None)
            {
                _holders[partition] = result.Holder;
            }
        }

        void End(OperationResult result)
        {
            Note(index, planned.Key, result);
            ended(result.Outcome);
        }
    }

    private void Note(int index, int key, OperationResult result)
    {
        var call = _history[index];
        if (result.Outcome != OperationOutcome.Unknown)
        {
            var observed = result.Outcome == OperationOutcome.Found ? ValueNumber.Decode(result.Entry!.Value) : HistoryOperation.Absent;
            var hasRevision = result.Outcome is OperationOutcome.Found
                || (result.Outcome is OperationOutcome.Applied && call.Kind == OperationKind.Put);
            call = call with
            {
                Outcome = result.Outcome,
                Observed = observed,
                Returned = Microseconds(cluster.Events.Now),
                Revision = hasRevision ? result.Revision : Stamp.Zero,
            };
            _history[index] = call;
            if (hasRevision)
            {
                SeenOf(key).Add((call.Revision, call.Subject));
            }
        }

        cluster.Count();
        cluster.Log($"client hears: {call} {result.Reason}");
    }

    /// <summary>Mostly the revision that was seen last, now and then an older one.</summary>
    private (Stamp Revision, long Value) ChooseRevision(PlannedOperation planned)
    {
        if (planned.Condition is not (ConditionKind.RevisionIsOneOf or ConditionKind.RevisionIsNoneOf))
        {
            return (default, HistoryOperation.Absent);
        }

        var seen = SeenOf(planned.Key);
        return seen.Count == 0 ? (NobodysRevision, -1)
            : planned.Choice < 0.8 ? seen[^1]
            : seen[(int)((planned.Choice - 0.8) * 5 * seen.Count)];
    }

    private SimulatedNode? ChooseNode(PlannedOperation operation)
    {
        var node = cluster.Nodes[operation.Node];
        if (random.Chance(0.5) && _holders.GetValueOrDefault(operation.Key % cluster.Scenario.Partitions) is { Value: > 0 } holder)
        {
            node = cluster.NodeOf(holder);
        }

        if (MayBeAsked(node) || (node.IsUp && !node.Stopping.HasSentPeersAway && random.Chance(0.3)))
        {
            return node;
        }

        var others = cluster.Nodes.Where(MayBeAsked).ToArray();
        return others.Length == 0 ? null : random.Pick(others);
    }

    /// <summary>The node that coordinates as far as known, or any other; none of those that were asked.</summary>
    private SimulatedNode? ChooseAnother(int partition, IReadOnlyList<SimulatedNode> asked)
    {
        var others = cluster.Nodes.Where(node => MayBeAsked(node) && !asked.Contains(node)).ToArray();
        var holder = _holders.GetValueOrDefault(partition);
        return others.Length == 0 ? null : others.FirstOrDefault(node => node.Id == holder) ?? random.Pick(others);
    }

    private static bool MayBeAsked(SimulatedNode node) => node.Runs && !node.Stopping.HasSentPeersAway;

    private List<(Stamp Revision, long Value)> SeenOf(int key)
    {
        if (!_seen.TryGetValue(key, out var seen))
        {
            _seen.Add(key, seen = []);
        }

        return seen;
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
