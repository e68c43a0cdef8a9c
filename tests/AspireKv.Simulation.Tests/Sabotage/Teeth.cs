namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>Every safeguard that can be taken away.</summary>
internal static class Teeth
{
    public static IReadOnlyList<(string Name, Func<Saboteur> Create)> All { get; } =
    [
        Of<AcknowledgesBeforeSyncInPlainSight>(),
        Of<AcknowledgesBeforeSync>(),
        Of<ForgetsPromises>(),
        Of<SkipsConfirm>(),
        Of<SkipsWriteBack>(),
        Of<RepeatsUnknownWrites>(),
        Of<ForwardsTwice>(),
        Of<AcceptsUnderOldBallots>(),
        Of<ForgetsWhatWasPurged>(),
        Of<TakesRefusedForAccepted>(),
    ];

    private static (string Name, Func<Saboteur> Create) Of<TSaboteur>()
        where TSaboteur : Saboteur, new() => (typeof(TSaboteur).Name, () => new TSaboteur());
}
