using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Lives;

public sealed class AdmissionTests
{
    private const ulong Word = 7;

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(2, 1, true)]
    [InlineData(3, 0, false)]
    [InlineData(3, 1, true)]
    [InlineData(5, 1, false)]
    [InlineData(5, 2, true)]
    public void MayVote_OncePatienceIsOver_WithSoManyThatTheyAreAQuorumWithTheNode(int replicas, int admittedBy, bool expected)
    {
        var admission = Admitted(members: 7, admittedBy);
        admission.IsPatienceOver = true;

        Assert.Equal(expected, admission.MayVote(Voters(replicas)));
    }

    [Fact]
    public void MayVote_WhileSomebodyMayStillAnswer_Waits()
    {
        Assert.False(Admitted(members: 3, admittedBy: 1).MayVote(Voters(3)));
        Assert.True(Admitted(members: 3, admittedBy: 2).MayVote(Voters(3)));
    }

    [Fact]
    public void MayVote_ByNodesThatHoldNothingOfThePartition_IsNotEnough()
    {
        var admission = new Admission(new NodeId(1), Word, Nodes(5)) { IsPatienceOver = true };
        admission.OnTidings(new NodeId(4), Tidings(LifeVerdict.Admitted));
        admission.OnTidings(new NodeId(5), Tidings(LifeVerdict.Admitted));

        Assert.False(admission.MayVote(Voters(3)));
    }

    [Fact]
    public void MayVote_OnceOneNodeKnowsBetter_Never()
    {
        var admission = Admitted(members: 3, admittedBy: 1);
        admission.IsPatienceOver = true;
        admission.OnTidings(new NodeId(3), Tidings(LifeVerdict.Superseded));

        Assert.True(admission.IsSuperseded);
        Assert.False(admission.MayVote(Voters(3)));
    }

    [Fact]
    public void OnTidings_ForAFormerProcess_CountsForNothing()
    {
        var admission = new Admission(new NodeId(1), Word, Nodes(3)) { IsPatienceOver = true };
        admission.OnTidings(new NodeId(2), Tidings(LifeVerdict.Admitted) with { Judged = Word + 1 });
        admission.OnTidings(new NodeId(3), Tidings(LifeVerdict.Superseded) with { Judged = Word + 1 });

        Assert.False(admission.IsSuperseded);
        Assert.False(admission.MayVote(Voters(3)));
    }

    [Theory]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(5, 2, false)]
    [InlineData(5, 3, true)]
    public void IsKnown_OnceEveryQuorumOfAFormerSelfHoldsOneThatKnows(int replicas, int admittedBy, bool expected) =>
        Assert.Equal(expected, Admitted(members: 7, admittedBy).IsKnown(Voters(replicas)));

    private static Admission Admitted(int members, int admittedBy)
    {
        var admission = new Admission(new NodeId(1), Word, Nodes(members));
        foreach (var node in Nodes(members).Skip(1).Take(admittedBy))
        {
            admission.OnTidings(node, Tidings(LifeVerdict.Admitted));
        }

        return admission;
    }

    private static LifeTidings Tidings(LifeVerdict verdict) =>
        new(new LifeClaim(new NodeId(2), 1, [new LifeStart(1, 1, 0)], 0), [], Word, verdict);

    private static NodeId[] Nodes(int count) => [.. Enumerable.Range(1, count).Select(id => new NodeId(id))];

    [Fact]
    public void Follow_WithOneMemberMore_IsCompleteWhenThatOneAdmittedToo()
    {
        var admission = new Admission(new NodeId(1), Word, [new NodeId(1)]);
        Assert.True(admission.IsComplete);

        admission.Follow([new NodeId(1), new NodeId(2)]);

        Assert.False(admission.IsComplete);
    }

    private static Quorum Voters(int replicas) => new(Nodes(replicas), []);
}
