using AspireKv.Cluster.Operations;

namespace AspireKv.Cluster.Tests.Operations;

public sealed class RepeatRulesTests
{
    public static TheoryData<OperationKind, OperationOutcome, NotAppliedReason> AllCases
    {
        get
        {
            var cases = new TheoryData<OperationKind, OperationOutcome, NotAppliedReason>();
            foreach (var kind in Enum.GetValues<OperationKind>())
            {
                foreach (var outcome in Enum.GetValues<OperationOutcome>().Where(outcome => outcome != OperationOutcome.NotApplied))
                {
                    cases.Add(kind, outcome, NotAppliedReason.None);
                }

                foreach (var reason in Enum.GetValues<NotAppliedReason>().Where(reason => reason != NotAppliedReason.None))
                {
                    cases.Add(kind, OperationOutcome.NotApplied, reason);
                }
            }

            return cases;
        }
    }

    /// <summary>What may be asked of another node: every case that is not named is final.</summary>
    [Theory]
    [MemberData(nameof(AllCases))]
    public void IsFinal_EveryCase_AsksElsewhereOnlyWhereNothingHappensTwice(
        OperationKind kind, OperationOutcome outcome, NotAppliedReason reason)
    {
        var asksElsewhere = (kind, outcome, reason) switch
        {
            (OperationKind.Get, OperationOutcome.Unknown, _) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.NoQuorum) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.Unauthorized) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.StorageUnavailable) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.StorageFull) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.TooManyHops) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.NotReady) => true,
            (_, OperationOutcome.NotApplied, NotAppliedReason.NotReached) => true,
            _ => false,
        };

        Assert.Equal(!asksElsewhere, RepeatRules.IsFinal(kind, Result(outcome, reason)));
    }

    [Theory]
    [MemberData(nameof(AllCases))]
    public void IsRoutedAgain_OnceSent_OnlyAReadOfUnknownOutcomeOrWhatWasNotHandedOn(
        OperationKind kind, OperationOutcome outcome, NotAppliedReason reason) =>
        Assert.Equal(
            (kind, outcome) == (OperationKind.Get, OperationOutcome.Unknown) || reason == NotAppliedReason.NotReached,
            RepeatRules.IsRoutedAgain(kind, wasSent: true, Result(outcome, reason)));

    [Theory]
    [MemberData(nameof(AllCases))]
    public void IsRoutedAgain_NeverSent_UnlessTheOtherNodeIsOverloaded(
        OperationKind kind, OperationOutcome outcome, NotAppliedReason reason) =>
        Assert.Equal(reason != NotAppliedReason.Overloaded, RepeatRules.IsRoutedAgain(kind, wasSent: false, Result(outcome, reason)));

    /// <summary>A change that is not applied must not become one of unknown outcome for want of time.</summary>
    [Theory]
    [InlineData(1, 250, true)]
    [InlineData(3, 250, true)]
    [InlineData(1, 249, false)]
    [InlineData(4, 1_000, false)]
    public void MayAskAnother_TimeAndNumber_BoundTheAttempts(int asked, int millisecondsLeft, bool may) => Assert.Equal(
        may, RepeatRules.MayAskAnother(asked, TimeSpan.FromMilliseconds(millisecondsLeft), TimeSpan.FromMilliseconds(250)));

    private static OperationResult Result(OperationOutcome outcome, NotAppliedReason reason) =>
        new() { Outcome = outcome, Reason = reason };
}
