using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost.Tests.Model;

public sealed class ClusterSetupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Prepare_PortInUse_SaysWhichAndLetsGoOfTheDataRoot()
    {
        using var user = new TcpListener(IPAddress.Loopback, 0);
        user.Start();
        var port = ((IPEndPoint)user.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var configuration = new ConfigurationBuilder()
            .AddCommandLine(["--nodes", "1", "--gateway-port", port, "--data-root", _directory.Path]).Build();

        Assert.Null(ClusterSetup.Prepare(configuration, _directory.Path, out var problem));

        Assert.Contains(port, problem, StringComparison.Ordinal);
        Assert.Contains("--gateway-port", problem, StringComparison.Ordinal);
        Assert.True(DataRoot.TryOpen(_directory.Path, out var root, out _));
        root.Dispose();
    }

    public void Dispose() => _directory.Dispose();
}
