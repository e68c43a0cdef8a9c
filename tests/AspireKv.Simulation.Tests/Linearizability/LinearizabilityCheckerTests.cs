using AspireKv.Cluster.Operations;
using AspireKv.Simulation.Tests.Scenarios;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Linearizability;

public class LinearizabilityCheckerTests
{
    private const long Never = HistoryOperation.Never;

    [Fact]
    public void Check_ReadAfterWrite_IsLinearizable() =>
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Get(1, 20, 30));

    [Fact]
    public void Check_StaleReadAfterWrite_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Put(2, 20, 30), Get(1, 40, 50));

    [Fact]
    public void Check_LostWrite_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Get(0, 20, 30));

    [Fact]
    public void Check_ValueNobodyWrote_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Get(7, 20, 30));

    [Fact]
    public void Check_ReadBesideWrite_MaySeeEither()
    {
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Put(2, 20, 60), Get(1, 30, 40));
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Put(2, 20, 60), Get(2, 30, 40));
    }

    [Fact]
    public void Check_NewThenOldBesideWrite_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Put(2, 20, 90), Get(2, 30, 40), Get(1, 50, 60));

    [Fact]
    public void Check_UnknownWrite_MayHappenLateOrNever()
    {
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Put(2, 20, Never), Get(1, 30, 40), Get(2, 50, 60));
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Put(2, 20, Never), Get(1, 30, 40), Get(1, 50, 60));
    }

    [Fact]
    public void Check_UnknownWriteThatHappenedTwice_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, Never), Get(1, 10, 20), Put(2, 30, 40), Get(2, 50, 60), Get(1, 70, 80));

    [Fact]
    public void Check_UnknownWriteSeenBeforeItsCall_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Get(1, 0, 10), Put(1, 20, Never));

    [Fact]
    public void Check_WriteNotAppliedThatIsSeen_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10) with { Outcome = OperationOutcome.NotApplied }, Get(1, 20, 30));

    [Fact]
    public void Check_DeletedKeyThatComesBack_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Delete(20, 30), Get(0, 40, 50), Get(1, 60, 70));

    [Fact]
    public void Check_TwoCreatesBothApplied_IsNot()
    {
        AssertVerdict(Verdict.NotLinearizable, Create(1, 0, 10, applied: true), Create(2, 5, 20, applied: true));
        AssertVerdict(Verdict.Linearizable, Create(1, 0, 10, applied: true), Create(2, 5, 20, applied: false));
    }

    [Fact]
    public void Check_TwoSwapsFromOneRevision_IsNot()
    {
        AssertVerdict(
            Verdict.NotLinearizable, Put(1, 0, 10), Swap(1, 2, 20, 40, applied: true), Swap(1, 3, 30, 50, applied: true));
        AssertVerdict(
            Verdict.Linearizable, Put(1, 0, 10), Swap(1, 2, 20, 40, applied: true), Swap(1, 3, 30, 50, applied: false));
    }

    [Fact]
    public void Check_CompareThatFailedThoughNothingElseWasWritten_IsNot() =>
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Swap(1, 2, 20, 40, applied: false));

    [Fact]
    public void Check_ConditionalDelete_NeedsItsRevision()
    {
        var applied = Delete(40, 50) with { Condition = ConditionKind.RevisionIsOneOf, Expected = 1 };
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), applied, Get(0, 60, 70));
        AssertVerdict(Verdict.NotLinearizable, Put(1, 0, 10), Put(2, 20, 30), applied);
        AssertVerdict(
            Verdict.Linearizable,
            Put(1, 0, 10),
            Put(2, 20, 30),
            applied with { Outcome = OperationOutcome.ConditionFailed },
            Get(2, 60, 70));
    }

    [Fact]
    public void Check_FailedCompareExplainedByUnknownDelete_IsLinearizable() =>
        AssertVerdict(Verdict.Linearizable, Put(1, 0, 10), Delete(20, Never), Swap(1, 2, 30, 40, applied: false));

    [Fact]
    public void Check_MoreConfigurationsThanAllowed_IsUndecided()
    {
        var history = Enumerable.Range(1, 30).Select(value => Put(value, 0, 100)).Append(Get(99, 200, 210));
        Assert.Equal(Verdict.Undecided, LinearizabilityChecker.Check(history, maxConfigurations: 1000));
    }

    [Fact]
    public void Check_LongHistoryOfOneKey_IsDecided()
    {
        var history = new List<HistoryOperation>();
        for (var value = 1; value <= 2000; value++)
        {
            history.Add(Put(value, value * 100, value % 50 == 0 ? Never : (value * 100) + 150));
            history.Add(Get(value % 50 == 0 ? value - 1 : value, (value * 100) + 60, (value * 100) + 90));
        }

        Assert.Equal(Verdict.Linearizable, LinearizabilityChecker.Check(history));
        history.Add(Get(1, 1_000_000, 1_000_001));
        Assert.Equal(Verdict.NotLinearizable, LinearizabilityChecker.Check(history));
    }

    [Fact]
    public void Check_SmallRandomHistories_AgreesWithBruteForce()
    {
        const int Histories = 20_000;
        var random = new SeededRandom(20261122);
        var good = 0;
        for (var number = 0; number < Histories; number++)
        {
            var history = RandomHistory.Draw(random, random.Next(1, 8));
            var expected = BruteForceChecker.IsLinearizable(history);
            var actual = LinearizabilityChecker.Check(history);
            Assert.True(
                actual == (expected ? Verdict.Linearizable : Verdict.NotLinearizable),
                $"history {number} is {(expected ? "good" : "bad")} by brute force, {actual} by search:\n{string.Join('\n', history)}");
            good += expected ? 1 : 0;
        }

        Assert.InRange(good, Histories / 10, Histories * 9 / 10);
    }

    private static void AssertVerdict(Verdict expected, params HistoryOperation[] history)
    {
        Assert.Equal(expected, LinearizabilityChecker.Check(history));
        Assert.Equal(expected == Verdict.Linearizable, BruteForceChecker.IsLinearizable(history));
    }

    private static HistoryOperation Put(long value, long invoked, long returned) => new()
    {
        Id = (int)value,
        Key = "k",
        Kind = OperationKind.Put,
        Written = value,
        Invoked = invoked,
        Returned = returned,
        Outcome = returned == Never ? OperationOutcome.Unknown : OperationOutcome.Applied,
    };

    private static HistoryOperation Delete(long invoked, long returned) => Put(0, invoked, returned) with { Kind = OperationKind.Delete };

    private static HistoryOperation Get(long value, long invoked, long returned) => new()
    {
        Id = (int)invoked + 100_000,
        Key = "k",
        Kind = OperationKind.Get,
        Observed = value,
        Invoked = invoked,
        Returned = returned,
        Outcome = value == HistoryOperation.Absent ? OperationOutcome.NotFound : OperationOutcome.Found,
    };

    private static HistoryOperation Create(long value, long invoked, long returned, bool applied) => Put(value, invoked, returned) with
    {
        Condition = ConditionKind.DoesNotExist,
        Outcome = applied ? OperationOutcome.Applied : OperationOutcome.ConditionFailed,
    };

    private static HistoryOperation Swap(long expected, long value, long invoked, long returned, bool applied) =>
        Put(value, invoked, returned) with
        {
            Condition = ConditionKind.RevisionIsOneOf,
            Expected = expected,
            Outcome = applied ? OperationOutcome.Applied : OperationOutcome.ConditionFailed,
        };
}
