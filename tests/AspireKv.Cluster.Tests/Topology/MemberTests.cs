using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Topology;

public sealed class MemberTests
{
    [Theory]
    [InlineData("node1", true)]
    [InlineData("1", true)]
    [InlineData("node-1.example", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("-node", false)]
    [InlineData(".node", false)]
    [InlineData("no_de", false)]
    [InlineData("node 1", false)]
    [InlineData("knötchen", false)]
    public void Name_IsOneThatServiceDiscoveryCanLookUp(string? name, bool isName) => Assert.Equal(isName, Member.IsName(name));

    [Fact]
    public void Name_HasABound()
    {
        Assert.True(Member.IsName(new string('n', Member.MaxNameLength)));
        Assert.False(Member.IsName(new string('n', Member.MaxNameLength + 1)));
    }
}
