using AspireKv.Cluster.Operations;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Linearizability;

/// <summary>
/// Small histories, about half of them good: a true register is run at a random time within each call, and in some of the histories one
/// answer is then changed.
/// </summary>
internal static class RandomHistory
{
    public static List<HistoryOperation> Draw(Random random, int count)
    {
        var calls = Enumerable.Range(1, count).Select(id => DrawCall(random, id)).ToList();
        var history = new List<HistoryOperation>();
        var state = HistoryOperation.Absent;
        foreach (var (call, _) in calls.OrderBy(entry => entry.EffectAt))
        {
            var answered = Answer(call, ref state);
            history.Add(random.Next(5) == 0 && call.Kind != OperationKind.Get ? Forget(random, answered) : answered);
        }

        if (random.Next(2) == 0)
        {
            Spoil(random, history);
        }

        return [.. history.OrderBy(_ => random.Next())];
    }

    private static (HistoryOperation Call, double EffectAt) DrawCall(Random random, int id)
    {
        var kind = (OperationKind)random.Next(1, 4);
        var invoked = random.Next(40);
        var returned = invoked + random.Next(1, 20);
        var call = new HistoryOperation
        {
            Id = id,
            Key = "k",
            Kind = kind,
            Condition = kind == OperationKind.Get || random.Next(2) == 0 ? ConditionKind.None : (ConditionKind)random.Next(1, 5),
            Expected = random.Next(1, 8),
            Written = kind == OperationKind.Put ? id : HistoryOperation.Absent,
            Invoked = invoked,
            Returned = returned,
        };
        return (call, invoked + (random.NextDouble() * (returned - invoked)));
    }

    private static HistoryOperation Answer(HistoryOperation call, ref long state)
    {
        if (call.Kind == OperationKind.Get)
        {
            var outcome = state == HistoryOperation.Absent ? OperationOutcome.NotFound : OperationOutcome.Found;
            return call with { Outcome = outcome, Observed = state };
        }

        var applied = call with { Outcome = OperationOutcome.Applied };
        return Register.TryApply(state, applied, out state) ? applied : call with { Outcome = OperationOutcome.ConditionFailed };
    }

    private static HistoryOperation Forget(Random random, HistoryOperation answered) =>
        random.Next(3) == 0
            ? answered with { Outcome = OperationOutcome.NotApplied }
            : answered with { Outcome = OperationOutcome.Unknown, Returned = HistoryOperation.Never };

    private static void Spoil(Random random, List<HistoryOperation> history)
    {
        var index = random.Next(history.Count);
        var victim = history[index];
        history[index] = victim.Outcome switch
        {
            OperationOutcome.Found or OperationOutcome.NotFound => Found(victim, random.Next(0, 8)),
            OperationOutcome.Applied => victim with { Outcome = OperationOutcome.ConditionFailed },
            OperationOutcome.ConditionFailed => victim with { Outcome = OperationOutcome.Applied },
            _ => victim,
        };
    }

    private static HistoryOperation Found(HistoryOperation get, long value) => get with
    {
        Observed = value,
        Outcome = value == HistoryOperation.Absent ? OperationOutcome.NotFound : OperationOutcome.Found,
    };
}
