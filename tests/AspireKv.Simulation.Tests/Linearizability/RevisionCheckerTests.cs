using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Testing.Linearizability;

namespace AspireKv.Simulation.Tests.Linearizability;

public class RevisionCheckerTests
{
    [Fact]
    public void Check_RevisionsThatGrow_FindsNothing() =>
        Assert.Null(RevisionChecker.Check([Put(1, 1, 0, 10), Get(1, 1, 20, 30), Put(2, 2, 40, 50), Get(2, 2, 60, 70)]));

    [Fact]
    public void Check_ReadsBesideEachOther_MaySeeOlderAndNewer() =>
        Assert.Null(RevisionChecker.Check([Put(1, 1, 0, 10), Get(2, 2, 20, 50), Get(1, 1, 30, 60)]));

    [Fact]
    public void Check_OlderRevisionAfterNewer_IsNamed() =>
        Assert.Contains("went back", RevisionChecker.Check([Get(2, 2, 0, 10), Get(1, 1, 20, 30)]));

    [Fact]
    public void Check_OneRevisionForTwoValues_IsNamed() =>
        Assert.Contains("names two values", RevisionChecker.Check([Put(1, 1, 0, 10), Put(2, 1, 20, 30)]));

    [Fact]
    public void Check_TwoRevisionsForOneWrite_IsNamed() =>
        Assert.Contains("two revisions", RevisionChecker.Check([Put(1, 1, 0, 10), Get(1, 2, 20, 30)]));

    private static HistoryOperation Put(long value, long revision, long invoked, long returned) => new()
    {
        Id = (int)invoked,
        Key = "k",
        Kind = OperationKind.Put,
        Written = value,
        Invoked = invoked,
        Returned = returned,
        Outcome = OperationOutcome.Applied,
        Revision = new Stamp(new Ballot(1, new NodeId(1)), revision),
    };

    private static HistoryOperation Get(long value, long revision, long invoked, long returned) =>
        Put(0, revision, invoked, returned) with { Kind = OperationKind.Get, Outcome = OperationOutcome.Found, Observed = value };
}
