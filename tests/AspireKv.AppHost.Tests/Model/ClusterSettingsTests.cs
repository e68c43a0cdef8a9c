using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost.Tests.Model;

public sealed class ClusterSettingsTests
{
    [Fact]
    public void TryRead_NothingGiven_IsFiveNodesThreeReplicasPort3000()
    {
        var settings = Read();

        Assert.Equal((5, 3, 3000), (settings.Nodes, settings.ReplicationFactor, settings.GatewayPort));
        Assert.Equal(2, settings.Spares);
        Assert.Equal((7001, 7101), (settings.HttpPortOf(1), settings.PeerPortOf(1)));
        Assert.Equal("/app/.aspirekv", settings.DataRoot);
    }

    [Fact]
    public void TryRead_FewerNodesThanThree_LowersTheReplicationFactor() =>
        Assert.Equal(1, Read("--nodes", "1").ReplicationFactor);

    [Theory]
    [InlineData("--nodes", "0")]
    [InlineData("--nodes", "21")]
    [InlineData("--nodes", "five")]
    [InlineData("--nodes", "")]
    [InlineData("--spares", "21")]
    [InlineData("--spares", "-1")]
    [InlineData("--spares", "a few")]
    [InlineData("--replication-factor", "6")]
    [InlineData("--gateway-port", "65536")]
    [InlineData("--first-node-port", "65535")]
    [InlineData("--data-root", "")]
    [InlineData("--data-root", " ")]
    public void TryRead_OutOfRange_SaysWhichOptionInOneLine(string option, string value) =>
        AssertRefused(Problem(option, value), option);

    /// <summary>The nodes take no more, and would all end one after the other.</summary>
    [Fact]
    public void TryRead_ReplicationFactorThatNoNodeTakes_IsRefused() =>
        AssertRefused(Problem("--nodes", "8", "--replication-factor", "8"), "--replication-factor");

    /// <summary>Another test compares the document with the nodes' option.</summary>
    [Fact]
    public void MaxReplicationFactor_IsTheOneOfTheNodes() => Assert.Contains(
        $"\n| `Cluster:ReplicationFactor` | 3 | 1 to {ClusterSettings.MaxReplicationFactor} |",
        File.ReadAllText(Repository.Combine("docs", "operations.md")),
        StringComparison.Ordinal);

    private static void AssertRefused(string problem, string option)
    {
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    private static ClusterSettings Read(params string[] args)
    {
        Assert.True(ClusterSettings.TryRead(Configuration(args), "/app", out var settings, out var problem), problem);
        return settings;
    }

    private static string Problem(params string[] args)
    {
        Assert.False(ClusterSettings.TryRead(Configuration(args), "/app", out _, out var problem));
        return problem;
    }

    private static IConfiguration Configuration(string[] args) => new ConfigurationBuilder().AddCommandLine(args).Build();
}
