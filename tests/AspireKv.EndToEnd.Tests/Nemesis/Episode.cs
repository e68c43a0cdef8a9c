namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>One fault as it happened, in microseconds of the history's clock.</summary>
/// <param name="Fault">What was planned.</param>
/// <param name="Began">When it began.</param>
/// <param name="TookHold">From when on it was there in full.</param>
/// <param name="Healing">When it began to be healed.</param>
/// <param name="Recovered">When every node was seen alive by every other and had rebuilt what it lost.</param>
internal sealed record Episode(PlannedFault Fault, long Began, long TookHold, long Healing, long Recovered)
{
    public override string ToString() =>
        $"{Began / 1e6,8:F2} s: {Fault}; there after {(TookHold - Began) / 1e6:F2} s, healed for {(Recovered - Healing) / 1e6:F2} s";
}
