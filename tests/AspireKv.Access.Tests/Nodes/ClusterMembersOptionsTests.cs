using AspireKv.Access.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AspireKv.Access.Tests.Nodes;

public sealed class ClusterMembersOptionsTests
{
    [Fact]
    public void Members_GoodList_IsRead()
    {
        var members = Read(("1", "node1"), ("7", "b.example")).Members;

        Assert.Equal("node1", members["1"]);
        Assert.Equal("b.example", members["7"]);
    }

    [Fact]
    public void Members_None_IsRefused() => Refuses("names no node");

    [Theory]
    [InlineData("0", "node1", "is no node number")]
    [InlineData("65536", "node1", "is no node number")]
    [InlineData("01", "node1", "is no node number")]
    [InlineData("node1", "node1", "is no node number")]
    [InlineData("1", "", "must be a name")]
    [InlineData("1", "a b", "must be a name")]
    [InlineData("1", "-a", "must be a name")]
    public void Members_BadEntry_IsRefused(string id, string name, string why) => Refuses(why, (id, name));

    [Fact]
    public void Members_TwoOfOneName_AreRefused() => Refuses("the same name", ("1", "node1"), ("2", "NODE1"));

    private static void Refuses(string why, params (string Id, string Name)[] members)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read(members));

        var failure = Assert.Single(exception.Failures);
        Assert.Contains("Cluster:Members", failure, StringComparison.Ordinal);
        Assert.Contains(why, failure, StringComparison.Ordinal);
    }

    private static ClusterMembersOptions Read(params (string Id, string Name)[] members)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(members.Select(member => KeyValuePair.Create($"Cluster:Members:{member.Id}", (string?)member.Name)))
            .Build());
        services.AddAccess();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ClusterMembersOptions>>().Value;
    }
}
