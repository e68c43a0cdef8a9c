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

    [Fact]
    public void TryOpen_AnotherReplicationFactorThanFounded_SaysHowToChangeIt()
    {
        Open("--nodes", "5").Dispose();
        NodesRan(5);

        var problem = Problem("--nodes", "5", "--replication-factor", "1");

        Assert.Contains("--replication-factor 3", problem, StringComparison.Ordinal);
        Assert.Contains("akv plan replication 1 --commit", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", problem, StringComparison.Ordinal);
        Assert.Contains(_directory.Path, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
        Open("--nodes", "5").Dispose();
    }

    [Fact]
    public void TryOpen_NothingGivenForAClusterThatIsThere_TakesWhatItWasLast()
    {
        Open("--nodes", "4", "--replication-factor", "2").Dispose();
        NodesRan(4);

        using var home = OpenWithoutNodes();

        Assert.Equal((4, 2), (home.Settings.Nodes, home.Settings.ReplicationFactor));
    }

    [Fact]
    public void TryOpen_MoreNodesThanFounded_NotesThemAndKeepsWhatWasFounded()
    {
        Open("--nodes", "3").Dispose();
        NodesRan(3);

        Open("--nodes", "5").Dispose();

        Assert.Equal("{\"nodes\":3,\"replicationFactor\":3,\"asked\":5}", File.ReadAllText(_directory.Combine("cluster.json")));
    }

    /// <summary>A start that is interrupted must not forget that nodes are to be taken away.</summary>
    [Fact]
    public void TryOpen_FewerNodesThanFounded_StartsAllAndNotesTheLowerNumberOnlyOnceItIsReached()
    {
        Open("--nodes", "5").Dispose();
        NodesRan(5);

        using (var home = Open("--nodes", "3"))
        {
            Assert.Equal(
                [NodePart.Member, NodePart.Member, NodePart.Member, NodePart.Leaving, NodePart.Leaving],
                home.Nodes.Select(static node => node.Part));
        }

        using (var again = Open("--nodes", "3"))
        {
            Assert.Equal(2, again.Nodes.Count(static node => node.Part == NodePart.Leaving));
            NodeDirectories.SetAside(_directory.Path, 4, DateTimeOffset.UnixEpoch);
            NodeDirectories.SetAside(_directory.Path, 5, DateTimeOffset.UnixEpoch);
            again.Note.Change(static noted => noted.WithReached(3));
        }

        using var after = OpenWithoutNodes();
        Assert.Equal(3, after.Nodes.Count);
        Assert.Equal("{\"nodes\":5,\"replicationFactor\":3,\"asked\":3}", File.ReadAllText(_directory.Combine("cluster.json")));
    }

    [Fact]
    public void TryOpen_PortOfASpareNodeInUse_SaysWhichInOneLine()
    {
        var first = FreePorts.Row(8);
        using var user = new TcpListener(IPAddress.Loopback, first + 2);
        user.Start();

        var problem = Problem(
            "--nodes", "2", "--spares", "2", "--first-node-port", Number(first), "--first-peer-port", Number(first + 4));

        Assert.Contains("node3", problem, StringComparison.Ordinal);
        Assert.Contains("--first-node-port", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    /// <summary>What was asked for must not be taken for what was founded: the right number would be refused then.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"nodes\":5}")]
    [InlineData("{\"nodes\":5,\"replicationFactor\":6}")]
    [InlineData("{\"nodes\":21,\"replicationFactor\":3}")]
    public void TryOpen_FoundedWithIsMissingOrDamaged_SaysWhatToDoAndMakesNothingUp(string? content)
    {
        NodesRan(5);
        var file = _directory.Combine("cluster.json");
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        var problem = Problem("--nodes", "5", "--replication-factor", "2");

        AssertSaysWhatToWrite(problem, file);
        Assert.Equal(content, File.Exists(file) ? File.ReadAllText(file) : null);
        File.WriteAllText(file, "{\"nodes\":5,\"replicationFactor\":3}");
        Open("--nodes", "5").Dispose();
    }

    /// <summary>Whoever has data may have what nobody else has.</summary>
    [Fact]
    public void TryOpen_SpareNodeThatHasData_StartsWithTheOthersWhateverTheOptionsSay()
    {
        Open("--nodes", "3").Dispose();
        NodesRan(4);

        using var home = Open("--nodes", "3", "--spares", "0");

        Assert.Equal(new PlannedNode(4, NodePart.Member, IsKnown: true), home.Nodes[^1]);
    }

    [Fact]
    public void TryOpen_FoundedWithIsADirectory_SaysSoInOneLine()
    {
        var file = Directory.CreateDirectory(_directory.Combine("cluster.json")).FullName;

        Assert.Contains(file, Problem(), StringComparison.Ordinal);
        NodesRan(5);
        AssertSaysWhatToWrite(Problem("--nodes", "5"), file);
    }

    [Theory]
    [InlineData("--first-node-port", "ASPNETCORE_URLS", 0)]
    [InlineData("--first-peer-port", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", 2)]
    [InlineData("--gateway-port", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", 0)]
    public void TryOpen_PortOfAspireGivenToAService_SaysWhichOptionToChange(string option, string variable, int after)
    {
        var port = FreePorts.Row(3);

        var problem = Problem(
            "--nodes", "3", option, Number(port), "--" + variable, "http://localhost:" + Number(port + after));

        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.Contains(Number(port + after), problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryOpen_TwoServicesOnOnePort_SaysWhichOptionToChange()
    {
        var port = FreePorts.Row(3);

        var problem = Problem("--nodes", "3", "--first-node-port", Number(port), "--first-peer-port", Number(port + 2));

        Assert.Contains("change --first-peer-port", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "foo")]
    [InlineData("ASPNETCORE_URLS", "localhost:18888")]
    [InlineData("ASPNETCORE_URLS", "ftp://localhost:18888")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "foo")]
    [InlineData("DOTNET_DASHBOARD_OTLP_ENDPOINT_URL", "foo")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "foo")]
    [InlineData("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "foo")]
    [InlineData("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://192.0.2.1:18890")]
    [InlineData("DOTNET_RESOURCE_SERVICE_ENDPOINT_URL", "foo")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:18888")]
    [InlineData("ASPNETCORE_URLS", "http://elsewhere.example:18888")]
    [InlineData("ASPNETCORE_URLS", "http://localhost:65536")]
    [InlineData("ASPNETCORE_URLS", "/var/run/dashboard")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://192.0.2.1:4317")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:4317;http://localhost:4318")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://[2001:db8::1]:4318")]
    public void TryOpen_AddressOfAspireIsNone_SaysWhichInOneLine(string variable, string value)
    {
        var problem = Problem("--" + variable, value);

        Assert.Contains(variable, problem, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:0; http://[::1]:0")]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://dashboard.localhost:0")]
    public void TryOpen_AddressOfAspireIsOfThisMachine_Opens(string value) => Open("--ASPNETCORE_URLS", value).Dispose();

    [Fact]
    public void TryOpen_CertificateIsConfigured_TakesHttps() => Open(
        "--ASPNETCORE_URLS", "https://localhost:0", "--Kestrel:Certificates:Default:Path", "some.pfx").Dispose();

    [Theory]
    [InlineData("DcpPublisher:CliPath")]
    [InlineData("DcpPublisher:DashboardPath")]
    [InlineData("ASPIRE_DASHBOARD_PATH")]
    [InlineData("ASPIRE_DCP_PATH")]
    public void TryOpen_ProgramOfAspireIsNotThere_SaysWhichInOneLine(string setting)
    {
        var problem = Problem("--" + setting, _directory.Combine("nowhere"));

        Assert.Contains(setting, problem, StringComparison.Ordinal);
        Assert.Contains($"'{_directory.Combine("nowhere")}'", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryOpen_PlainHttpThatIsNotAllowed_SaysSoInOneLine()
    {
        var problem = Problem("--ASPNETCORE_URLS", "http://localhost:18888", "--ASPIRE_ALLOW_UNSECURED_TRANSPORT", "false");

        Assert.Contains("ASPIRE_ALLOW_UNSECURED_TRANSPORT=true", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryOpen_NoNodeEverRan_ForgetsTheLastSettings()
    {
        Open("--nodes", "5").Dispose();

        Open("--nodes", "3").Dispose();
        NodesRan(3);
        Open("--nodes", "3").Dispose();
    }

    public void Dispose() => _directory.Dispose();

    private void NodesRan(int nodes)
    {
        foreach (var id in Enumerable.Range(1, nodes))
        {
            Directory.CreateDirectory(_directory.Combine($"node{id}"));
            File.WriteAllText(_directory.Combine($"node{id}", "founding"), "");
        }
    }

    private ClusterHome Open(params string[] args) => OpenWithoutNodes(["--nodes", "1", .. args]);

    private ClusterHome OpenWithoutNodes(params string[] args)
    {
        Assert.True(ClusterHome.TryOpen(Configuration(args), _directory.Path, out var home, out var problem), problem);
        return home;
    }

    private string Problem(params string[] args)
    {
        Assert.False(ClusterHome.TryOpen(Configuration(["--nodes", "1", .. args]), _directory.Path, out _, out var problem));
        return problem;
    }

    private static void AssertSaysWhatToWrite(string problem, string file)
    {
        Assert.Contains(file, problem, StringComparison.Ordinal);
        Assert.Contains("{\"nodes\":5,\"replicationFactor\":3}", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", problem, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', problem);
    }

    /// <summary>Ports for the gateway and five nodes.</summary>
    private IConfiguration Configuration(string[] args)
    {
        var first = FreePorts.Row(11);
        var ports = ((int[])[first, first + 1, first + 6]).Select(Number).ToArray();
        return new ConfigurationBuilder()
            .AddCommandLine(["--spares", "0", "--data-root", _directory.Path])
            .AddCommandLine(["--gateway-port", ports[0], "--first-node-port", ports[1], "--first-peer-port", ports[2]])
            .AddCommandLine(["--ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"])
            .AddCommandLine(args).Build();
    }

    private static string Port(TcpListener listener) => Number(((IPEndPoint)listener.LocalEndpoint).Port);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
