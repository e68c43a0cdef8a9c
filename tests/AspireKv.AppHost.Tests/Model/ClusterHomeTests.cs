using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost.Tests.Model;

public sealed class ClusterHomeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    public void TryOpen_PortInUse_SaysWhichInOneLineAndLetsGoOfTheDataRoot(string address)
    {
        using var user = new TcpListener(IPAddress.Parse(address), 0);
        user.Start();
        var port = Port(user);

        var problem = Problem("--gateway-port", port);

        Assert.Contains(port, problem, StringComparison.Ordinal);
        Assert.Contains("--gateway-port", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
        Assert.True(DataRoot.TryOpen(_directory.Path, out var root, out _));
        root.Dispose();
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")]
    [InlineData("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL")]
    public void TryOpen_PortOfTheDashboardInUse_SaysWhichVariableMovesIt(string variable)
    {
        using var user = new TcpListener(IPAddress.Loopback, 0);
        user.Start();

        Assert.Contains(variable, Problem("--" + variable, $"http://localhost:{Port(user)}"), StringComparison.Ordinal);
    }

    [Fact]
    public void TryOpen_OptionIsWrong_SaysSo() => Assert.Contains("--nodes", Problem("--nodes", "many"), StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    private string Problem(params string[] args)
    {
        var ports = Enumerable.Range(FreePorts.Row(3), 3).Select(static port => port.ToString(CultureInfo.InvariantCulture)).ToArray();
        var configuration = new ConfigurationBuilder()
            .AddCommandLine(["--nodes", "1", "--data-root", _directory.Path])
            .AddCommandLine(["--gateway-port", ports[0], "--first-node-port", ports[1], "--first-peer-port", ports[2]])
            .AddCommandLine(args).Build();
        Assert.False(ClusterHome.TryOpen(configuration, _directory.Path, out _, out var problem));
        return problem;
    }

    private static string Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
