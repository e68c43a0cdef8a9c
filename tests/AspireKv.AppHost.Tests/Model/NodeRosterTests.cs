namespace AspireKv.AppHost.Tests.Model;

/// <summary>Which nodes are declared: m for one that starts with the others, l for one that is to go, s for a spare one.</summary>
public sealed class NodeRosterTests
{
    [Theory]
    [InlineData(3, 2, "m1 m2 m3 s4 s5")]
    [InlineData(1, 0, "m1")]
    public void Plan_NothingThere_FoundsWithTheNodesAndKeepsSpareOnes(int nodes, int spares, string expected) =>
        Assert.Equal(expected, Plan(nodes, spares, new FoundedCluster(nodes, 1), [], isFounded: false));

    [Theory]
    [InlineData(3, 2, "1 2 3", "m1 m2 m3 s4 s5")]
    [InlineData(3, 2, "1 2 3 4", "m1 m2 m3 m4 s5")]
    [InlineData(3, 0, "1 2 3 5", "m1 m2 m3 m5")]
    [InlineData(3, 0, "1 2", "m1 m2 m3")]
    [InlineData(3, 0, "1 2 3 41", "m1 m2 m3")]
    public void Plan_Founded_StartsWhatIsWantedAndWhatHasData(int nodes, int spares, string present, string expected) =>
        Assert.Equal(expected, Plan(nodes, spares, new FoundedCluster(3, 3), Numbers(present), isFounded: true));

    /// <summary>One that was a spare node before is none that was asked for, and so none that is too many.</summary>
    [Theory]
    [InlineData(5, "1 2 3", "m1 m2 m3 m4 m5")]
    [InlineData(3, "1 2 3 4 5", "m1 m2 m3 l4 l5")]
    [InlineData(3, "1 2 3 4 5 6", "m1 m2 m3 l4 l5 m6")]
    [InlineData(3, "1 2 3 5", "m1 m2 m3 l5")]
    public void Plan_AnotherNumberThanTheLastTime_AddsOrTakesAway(int nodes, string present, string expected) => Assert.Equal(
        expected, Plan(nodes, 0, new FoundedCluster(3, 3) { Asked = 5 }.WithAsked(nodes), Numbers(present), isFounded: true));

    /// <summary>A founding waits for all of its members, whatever is asked for meanwhile.</summary>
    [Fact]
    public void Plan_FewerNodesBeforeTheFounding_StartsAllThatFound() =>
        Assert.Equal("m1 m2 m3 l4 l5", Plan(3, 0, new FoundedCluster(5, 3), [1, 2], isFounded: false));

    [Fact]
    public void Plan_NodeThatWasRemoved_IsASpareOneUntilAnotherNumberIsAskedFor()
    {
        var noted = new FoundedCluster(3, 2).WithRemoved(2);

        Assert.Equal("m1 s2 m3", Plan(3, 0, noted.WithAsked(3), [1, 3], isFounded: true));
        Assert.Equal("m1 m2 m3", Plan(3, 0, noted.WithAsked(3), [1, 2, 3], isFounded: true));
        Assert.Equal("m1 m2 m3 m4", Plan(4, 0, noted.WithAsked(4), [1, 3], isFounded: true));
    }

    /// <summary>Whoever is named is asked and waited for.</summary>
    [Fact]
    public void Plan_NodesThatAreKnown_AreThoseThatFoundOrHaveData()
    {
        var nodes = NodeRoster.Plan(Settings(5, 2), new FoundedCluster(3, 3), new HashSet<int> { 1, 2, 3, 6 }, isFounded: true);

        Assert.Equal([1, 2, 3, 6], nodes.Where(static node => node.IsKnown).Select(static node => node.Id));
        Assert.Equal([7], nodes.Where(static node => node.Part == NodePart.Spare).Select(static node => node.Id));
    }

    private static string Plan(int nodes, int spares, FoundedCluster noted, int[] present, bool isFounded) => string.Join(
        ' ',
        NodeRoster.Plan(Settings(nodes, spares), noted, present.ToHashSet(), isFounded)
            .Select(static node => $"{(node.Part == NodePart.Member ? 'm' : node.Part == NodePart.Leaving ? 'l' : 's')}{node.Id}"));

    private static int[] Numbers(string text) => [.. text.Split(' ').Select(int.Parse)];

    private static ClusterSettings Settings(int nodes, int spares) => new(nodes, spares, 1, "/data", 3000, 7001, 7101);
}
