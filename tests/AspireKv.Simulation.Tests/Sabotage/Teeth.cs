namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>Every safeguard that can be taken away, and within how many seeds that must be noticed: several times what it took when this was written.</summary>
internal static class Teeth
{
    public static IReadOnlyList<(string Name, int WithinSeeds, Func<Saboteur> Create)> All { get; } =
    [
        Of<AcknowledgesBeforeSyncInPlainSight>(50),
        Of<AcknowledgesBeforeSync>(5_000),
        Of<ForgetsPromises>(100),
        Of<SkipsConfirm>(1_000),
        Of<SkipsWriteBack>(2_000),
        Of<RepeatsUnknownWrites>(500),
        Of<ForwardsTwice>(50),
        Of<AcceptsUnderOldBallots>(5_000),
        Of<ForgetsWhatWasPurged>(2_000),
        Of<TakesUnavailableForAccepted>(500),
        Of<StoresLaterThanItChecks>(5_000),
        Of<PurgesWithoutAsking>(5_000),
        Of<ForgetsPurgesAtRestart>(5_000),
        Of<ExpiresAlone>(5_000),
        Of<ReadsAfterConfirm>(5_000),
        Of<KeepsSettledKeys>(5_000),
        Of<AcceptsWithoutStoring>(5_000),
        Of<AcceptsWithoutStoringUnseen>(5_000),
        Of<SettlesWithoutItself>(5_000),
        Of<UsesABallotTwice>(5_000),
        Of<ShowsWhatIsNotSynced>(5_000),
        Of<JoinsAnEarlierConfirm>(5_000),
        Of<MixesUpAnswers>(5_000),
    ];

    private static (string Name, int WithinSeeds, Func<Saboteur> Create) Of<TSaboteur>(int withinSeeds)
        where TSaboteur : Saboteur, new() => (typeof(TSaboteur).Name, withinSeeds, () => new TSaboteur());
}
