using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Tests.World;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Identity;

public sealed class ClusterOptionsTests
{
    [Fact]
    public void Defaults_WithThreeMembers_AreValid() => Assert.True(Validate(_ => { }).Succeeded);

    [Fact]
    public void ReplicationFactor_AboveTheMembers_NamesBoth() =>
        Assert.Contains(
            "is 4, but there are only 3 members",
            Validate(options => options.ReplicationFactor = 4).FailureMessage!,
            StringComparison.Ordinal);

    /// <summary>What may be configured can be kept in the founding record.</summary>
    [Fact]
    public async Task MaxValueBytes_UpToWhatTheFormatsHold_IsValid()
    {
        const int most = 16 * 1024 * 1024;
        await using var node = new TestNode();
        var record = Some.Founding(partitions: 1, [new NodeId(1)]);

        Assert.True(Validate(options => options.MaxValueBytes = most).Succeeded);
        node.Engine.WriteFounding(record with { MaxValueBytes = most });
        Assert.Equal(most, node.Engine.Founding!.MaxValueBytes);
        Assert.True(Validate(options => options.MaxValueBytes = most + 1).Failed);
        Assert.Throws<ArgumentException>(() => node.Engine.WriteFounding(record with { MaxValueBytes = most + 1 }));
        Assert.True(Validate(options => options.MaxValueBytes = 0).Failed);
    }

    [Fact]
    public void Partitions_NoPowerOfTwo_IsRefused() =>
        Assert.Contains("power of two", Validate(options => options.Partitions = 100).FailureMessage!, StringComparison.Ordinal);

    [Fact]
    public void Members_None_SaysHowToNameThem() =>
        Assert.Contains(
            "Cluster__Members__1=node1", Validate(options => options.Members.Clear()).FailureMessage!, StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("01")]
    public void Members_BadNumber_IsRefused(string number) =>
        Assert.True(Validate(options => options.Members.Add(number, "more")).Failed);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("nöde")]
    public void Members_BadName_IsRefused(string name) =>
        Assert.Contains(
            "must be a name", Validate(options => options.Members.Add("4", name)).FailureMessage!, StringComparison.Ordinal);

    [Theory]
    [InlineData("node1")]
    [InlineData("NODE1")]
    public void Members_TwoOfOneName_AreRefused(string name) =>
        Assert.Contains("the same name", Validate(options => options.Members.Add("4", name)).FailureMessage!, StringComparison.Ordinal);

    private static ValidateOptionsResult Validate(Action<ClusterOptions> change)
    {
        var options = new ClusterOptions { Members = Enumerable.Range(1, 3).ToDictionary(id => $"{id}", id => $"node{id}") };
        change(options);
        return new ClusterOptionsValidator().Validate(null, options);
    }
}
