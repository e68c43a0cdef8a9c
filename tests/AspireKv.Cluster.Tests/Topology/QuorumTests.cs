using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Topology;

public sealed class QuorumTests
{
    private static readonly NodeId[] Old = [new(1), new(2), new(3)];
    private static readonly NodeId[] Next = [new(3), new(4), new(5)];

    [Theory]
    [InlineData("1", false)]
    [InlineData("1 2", true)]
    [InlineData("1 2 3", true)]
    public void Quorum_AtRest_IsAMajority(string answered, bool isMet) => Assert.Equal(isMet, IsMet(new Quorum(Old, []), answered));

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    [InlineData(5, 2, false)]
    [InlineData(5, 3, true)]
    [InlineData(32, 16, false)]
    [InlineData(32, 17, true)]
    public void Quorum_OfAnySize_IsMoreThanHalf(int replicas, int answered, bool isMet)
    {
        var quorum = new Quorum([.. Enumerable.Range(1, replicas).Select(id => new NodeId(id))], []);

        Assert.Equal(isMet, quorum.IsMet(quorum.SetOf(node => node.Value <= answered)));
    }

    [Theory]
    [InlineData("1 2", false)]
    [InlineData("4 5", false)]
    [InlineData("1 2 3", false)]
    [InlineData("1 3 4", true)]
    [InlineData("1 2 4 5", true)]
    public void Quorum_WhileMoving_IsAMajorityOfBoth(string answered, bool isMet) =>
        Assert.Equal(isMet, IsMet(new Quorum(Old, Next), answered));

    [Fact]
    public void Everyone_WhileMoving_IsBothLists()
    {
        var quorum = new Quorum(Old, Next);

        Assert.False(quorum.IsEveryone(quorum.SetOf(node => node.Value != 5)));
        Assert.True(quorum.IsEveryone(quorum.SetOf(_ => true)));
    }

    [Fact]
    public void Bit_OfANodeThatHoldsNoReplica_IsNone() => Assert.Equal(0UL, new Quorum(Old, []).BitOf(new NodeId(9)));

    [Fact]
    public void Voters_MoreThanThereAreBits_AreRefused()
    {
        NodeId[] nodes = [.. Enumerable.Range(1, Quorum.MaxVoters + 1).Select(id => new NodeId(id))];

        Assert.Throws<ArgumentOutOfRangeException>(() => new Quorum(nodes, []));
    }

    [Fact]
    public void Description_OfASet_DrawsEachListAndSaysWhetherItIsEnough()
    {
        Assert.Equal("[1+ 2- 3+] 2 of 3, met", Describe(new Quorum(Old, []), "1 3"));
        Assert.Equal("[1+ 2- 3+] 2 of 3 and [3+ 4- 5-] 1 of 3, not met", Describe(new Quorum(Old, Next), "1 3"));
    }

    private static bool IsMet(Quorum quorum, string answered) => quorum.IsMet(SetOf(quorum, answered));

    private static string Describe(Quorum quorum, string answered) => quorum.Describe(SetOf(quorum, answered));

    private static ulong SetOf(Quorum quorum, string nodes)
    {
        var named = nodes.Split(' ');
        return quorum.SetOf(node => named.Contains(node.ToString()));
    }
}
