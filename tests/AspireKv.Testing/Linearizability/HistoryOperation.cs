using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Testing.Linearizability;

/// <summary>
/// One call of a client on one key and what it was told. Every write of a history carries a value of its own, named by a number, so that a
/// read tells which write it saw.
/// </summary>
public sealed record HistoryOperation
{
    /// <summary>The <see cref="Returned"/> of a call that was never answered.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The value of a key that has none.</summary>
    public const long Absent = 0;

    public required int Id { get; init; }

    public required string Key { get; init; }

    public required OperationKind Kind { get; init; }

    public ConditionKind Condition { get; init; }

    /// <summary>The value whose revision <see cref="Condition"/> names.</summary>
    public long Expected { get; init; }

    /// <summary>The value that a Put writes, from 1; no other write of the history has it.</summary>
    public long Written { get; init; }

    /// <summary>When the client sent the call; any unit, as long as the whole history has one clock.</summary>
    public required long Invoked { get; init; }

    /// <summary>When the client had its answer.</summary>
    public long Returned { get; init; } = Never;

    public OperationOutcome Outcome { get; init; } = OperationOutcome.Unknown;

    /// <summary>The value that a Get found.</summary>
    public long Observed { get; init; }

    /// <summary>The revision that a Get found or a Put made, where the client was told.</summary>
    public Stamp Revision { get; init; }

    /// <summary>The value that the answer speaks of.</summary>
    public long Subject => Kind == OperationKind.Get ? Observed : Written;

    public override string ToString()
    {
        var condition = Condition switch
        {
            ConditionKind.None => "",
            ConditionKind.RevisionIsOneOf => $" if it is #{Expected}",
            ConditionKind.RevisionIsNoneOf => $" unless it is #{Expected}",
            ConditionKind.Exists => " if there is one",
            _ => " if there is none",
        };
        var written = Kind == OperationKind.Put ? $" #{Written}" : "";
        var found = Outcome == OperationOutcome.Found ? $" #{Observed}" : "";
        var revision = Revision == Stamp.Zero ? "" : $" revision {Revision}";
        var returned = Returned == Never ? "..." : $"{Returned}";
        return $"[{Invoked,8}, {returned,8}] op{Id} {Key} {Kind}{written}{condition}: {Outcome}{found}{revision}";
    }
}
