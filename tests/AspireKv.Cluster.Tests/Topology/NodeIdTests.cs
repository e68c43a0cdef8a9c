using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Topology;

public sealed class NodeIdTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("10", 10)]
    [InlineData("65535", 65_535)]
    [InlineData("0", 0)]
    [InlineData("01", 0)]
    [InlineData("65536", 0)]
    [InlineData("99999999999", 0)]
    [InlineData("+1", 0)]
    [InlineData("-1", 0)]
    [InlineData(" 1", 0)]
    [InlineData("1.0", 0)]
    [InlineData("node1", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void TryParse_TakesEachNumberInOneSpellingOnly(string? text, int number)
    {
        Assert.Equal(number > 0, NodeId.TryParse(text, out var node));
        Assert.Equal(new NodeId(number), node);
    }

    [Fact]
    public void Parse_OfNoNumber_SaysWhatItWasGiven()
    {
        Assert.Equal(new NodeId(7), NodeId.Parse("7"));
        Assert.Contains("'07'", Assert.Throws<FormatException>(() => NodeId.Parse("07")).Message, StringComparison.Ordinal);
    }
}
