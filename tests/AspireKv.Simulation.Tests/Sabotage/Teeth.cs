using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Simulation.Tests.World;

namespace AspireKv.Simulation.Tests.Sabotage;

/// <summary>
/// Every safeguard that can be taken away, and within how many seeds that must be noticed: several times what it took when this was
/// written.
/// </summary>
internal static class Teeth
{
    public static IReadOnlyList<(string Name, int WithinSeeds, Profile? Profile, Func<Saboteur> Create)> All { get; } =
    [
        Of<AcknowledgesBeforeSyncInPlainSight>(50),
        Of<AcknowledgesBeforeSync>(10_000),
        Of<ForgetsPromises>(500),
        Of<SkipsConfirm>(3_000),
        Of<SkipsWriteBack>(2_000),
        Of<RepeatsUnknownWrites>(500),
        Of<ForwardsTwice>(50),
        Of<AcceptsUnderOldBallots>(30_000),
        Of<ForgetsWhatWasPurged>(10_000),
        Of<TakesUnavailableForAccepted>(500),
        Of<StoresLaterThanItChecks>(40_000, Profile.Aimed),
        Of<PurgesWithoutAsking>(100),
        Of<ReadsAfterConfirm>(12_000),
        Of<KeepsSettledKeys>(500),
        Of<AcceptsWithoutStoring>(50),
        Of<AcceptsWithoutStoringUnseen>(10_000),
        Of<SettlesWithoutItself>(10_000),
        Of<UsesABallotTwice>(300),
        Of<ShowsWhatIsNotSynced>(50, Profile.SlowDisks),
        Of<JoinsAnEarlierConfirm>(20_000),
        Of<MixesUpAnswers>(50),
        Of<MissesWhatWasPlacedMeanwhile>(5_000),
        Of<LetsOldDisksVote>(2_000, Profile.OldDisks),
        Of<SendsPeersAwayTooEarly>(500, Profile.Stops),
        Of<SumsLeaveABucketOut>(500),
        Of<DoesNotRelay>(100, Profile.CutLinks),
        Of<EndsMovesBeforeTheirSweep>(50, Profile.Moves),
        Of<LeavesNextReplicasOut>(50, Profile.Moves),
        Of<ListsItsOwnKeysAlone>(2_000, Profile.Moves),
        Of<AdoptsInTwoRecords>(2_000, Profile.Moves),
        Of<GivesPartitionsAgainAsBefore>(20_000, Profile.Moves),
        Of<CopiesWhatItHolds>(4_000, Profile.Moves),
    ];

    /// <param name="withinSeeds">Within how many seeds it must be noticed.</param>
    /// <param name="profile">The mix of faults in which it matters, where that is rare in the others.</param>
    private static (string Name, int WithinSeeds, Profile? Profile, Func<Saboteur> Create) Of<TSaboteur>(
        int withinSeeds, Profile? profile = null)
        where TSaboteur : Saboteur, new() => (typeof(TSaboteur).Name, withinSeeds, profile, () => new TSaboteur());
}
