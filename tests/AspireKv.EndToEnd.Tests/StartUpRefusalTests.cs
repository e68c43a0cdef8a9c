using System.Net;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>What must not start says why in one line on the standard error stream and ends with an exit code other than 0.</summary>
public sealed class StartUpRefusalTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Cluster__Partitions", "128", "founded with 256")]
    [InlineData("Cluster__MaxValueBytes", "2000000", "founded with 1048576")]
    public async Task Node_OtherSettingThanTheClusterWasFoundedWith_SaysWhatIsStored(string setting, string value, string stored)
    {
        var node = Cluster.Nodes[2];
        await node.StopAsync();
        node.Output.Clear();

        var before = node.Environment.GetValueOrDefault(setting);
        node.Environment[setting] = value;
        node.Start();
        var exitCode = await node.WaitForExitAsync(EndLimit);
        node.Environment.Remove(setting);
        if (before is not null)
        {
            node.Environment[setting] = before;
        }

        AssertRefused(exitCode, node, stored);
    }

    [Fact]
    public async Task Node_DataDirectoryOfARunningNode_NamesIt()
    {
        var first = Cluster.Nodes[0];
        await using var second = Beside(first, peerPort: Cluster.NextPort(), httpPort: Cluster.NextPort());

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, first.Environment["Node__DataDirectory"]);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("never-written")).Status);
    }

    [Fact]
    public async Task Node_PortInUse_NamesIt()
    {
        var first = Cluster.Nodes[0];
        await using var second = Beside(first, peerPort: Cluster.NextPort(), httpPort: first.Address.Port);
        second.Environment["Node__DataDirectory"] = Path.Combine(Cluster.DataRoot, "other");

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, $"{first.Address.Port}");
    }

    /// <summary>An address of those that are kept for documentation (RFC 5737), which no machine has.</summary>
    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:7001", "192.0.2.1:7001 (urls, ASPNETCORE_URLS)")]
    [InlineData("Node__PeerEndpoint", "192.0.2.1:7101", "192.0.2.1:7101 (Node:PeerEndpoint)")]
    public async Task Node_AddressOfAnotherMachine_NamesItAndItsOption(string setting, string value, string said)
    {
        await using var second = Beside(Cluster.Nodes[0], peerPort: Cluster.NextPort(), httpPort: Cluster.NextPort());
        second.Environment["Node__DataDirectory"] = Path.Combine(Cluster.DataRoot, "elsewhere");
        second.Environment[setting] = value;

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, said);
    }

    [Theory]
    [InlineData("Cluster__Credential", "too-short", "Cluster:Credential")]
    [InlineData("Gateway__MaxKeyBytes", "0", "Gateway:MaxKeyBytes must be between 1 and 1024")]
    [InlineData("Gateway__MaxKeyBytes", "many", "'Gateway:MaxKeyBytes'")]
    [InlineData("Gateway__MaxKeyByte", "5", "did you mean Gateway:MaxKeyBytes?")]
    [InlineData("Gateway__MaxValueBytes", "2000000", "Gateway:MaxValueBytes is no option")]
    [InlineData("Gatewai__MaxKeyBytes", "5", "did you mean Gateway?")]
    [InlineData("ASPNETCORE_URLS", "http://unix:/run/gateway.sock", "'http://unix:/run/gateway.sock'")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:1|http://127.0.0.1:2", "no address to listen on")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:0", "HTTPS")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:3000", "192.0.2.1:3000 (urls, ASPNETCORE_URLS)")]
    [InlineData("Management__Url", "http://gateway:9100", "(Management:Url)")]
    [InlineData("Management__Uri", "http://127.0.0.1:9100", "did you mean Management:Url?")]
    [InlineData("Gateway__TrustedProxies__0", "the-proxy", "Gateway:TrustedProxies")]
    public async Task Gateway_BadSetting_NamesIt(string setting, string value, string said)
    {
        await using var second = new ServiceProcess(
            "second",
            "AspireKv.Gateway",
            Cluster.NextPort(),
            Cluster.Gateway.Environment.Where(given => given.Key != "ASPNETCORE_URLS"));
        second.Environment[setting] = value;

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, said);
    }

    /// <summary>The directory is another node's, and is never touched: options are judged before any file is opened.</summary>
    [Theory]
    [InlineData("Cluster__MaxValueBytes", "16777217", "Cluster:MaxValueBytes must be between 1 and 16777216")]
    [InlineData("Coordination__MaxValueBytes", "2000000", "Coordination:MaxValueBytes is no option")]
    [InlineData("Liveness__SuspectAfter", "00:00:00.050", "PeerTransport:HeartbeatInterval")]
    [InlineData("Node__Id", "7", "Node:Id")]
    [InlineData("Node__Id", "x", "'Node:Id'")]
    [InlineData("Storage__Wal__MaxPendingBytes", "1", "Storage:Wal:MaxPendingBytes must be between")]
    [InlineData("Storage__Wal__MaxPendingByte", "1", "did you mean Storage:Wal:MaxPendingBytes?")]
    [InlineData("Nodes__Id", "1", "did you mean Node?")]
    [InlineData("ASPNETCORE_URLS", "http://unix:/run/node.sock", "'http://unix:/run/node.sock'")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:1,http://127.0.0.1:2", "no address to listen on")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:1", "plain HTTP only")]
    public async Task Node_BadSetting_NamesIt(string setting, string value, string said)
    {
        await using var second = Beside(Cluster.Nodes[0], peerPort: Cluster.NextPort(), httpPort: Cluster.NextPort());
        second.Environment[setting] = value;

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, said);
    }

    /// <summary>Nothing of the node that runs is touched: its directory is the one that is configured.</summary>
    [Theory]
    [InlineData("'accept-los' is no argument (did you mean 'accept-loss'?)", "accept-los")]
    [InlineData("'--node' is no option", "--node", "3")]
    [InlineData("'foo' is no argument", "foo", "bar")]
    [InlineData("'bar' is no argument", "set-aside", "bar")]
    public async Task Node_ArgumentThatMeansNothing_NamesIt(string said, params string[] arguments)
    {
        await using var second = Beside(Cluster.Nodes[0], peerPort: Cluster.NextPort(), httpPort: Cluster.NextPort());

        second.Start(arguments);

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, said);
    }

    [Theory]
    [InlineData("AspireKv.StorageNode", "accept-loss")]
    [InlineData("AspireKv.Gateway", "Gateway:MaxKeyBytes")]
    public async Task Service_Help_PrintsTheUsageAndEndsWell(string project, string said)
    {
        await using var service = new ServiceProcess("help", project, Cluster.NextPort(), []);

        service.Start("--help");

        Assert.Equal(0, await service.WaitForExitAsync(EndLimit));
        Assert.Empty(service.Output.ErrorLines);
        Assert.Contains(said, service.Output.Tail(200), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_PortInUse_NamesIt()
    {
        await using var second = new ServiceProcess(
            "second", "AspireKv.Gateway", Cluster.Gateway.Address.Port, Cluster.Gateway.Environment);

        second.Start();

        AssertRefused(await second.WaitForExitAsync(EndLimit), second, $"{Cluster.Gateway.Address.Port}");
    }

    private static ServiceProcess Beside(ServiceProcess node, int peerPort, int httpPort)
    {
        var environment = node.Environment.Where(setting => setting.Key is not ("ASPNETCORE_URLS" or "Management__Url"));
        var second = new ServiceProcess("second", "AspireKv.StorageNode", httpPort, environment);
        second.Environment["Node__PeerEndpoint"] = $"127.0.0.1:{peerPort}";
        return second;
    }

    private static void AssertRefused(int exitCode, ServiceProcess service, string said)
    {
        Assert.NotEqual(0, exitCode);
        Assert.Contains(said, Assert.Single(service.Output.ErrorLines), StringComparison.Ordinal);
    }
}
