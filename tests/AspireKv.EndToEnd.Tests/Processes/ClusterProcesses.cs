using System.Security.Cryptography;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>
/// A whole cluster of real processes, started by hand as <c>docs/operations.md</c> tells it: an auth service, storage nodes and
/// a gateway, on free loopback ports and with a temporary data root. Each has a management listener of its own.
/// </summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    /// <summary>All processes start at once on two cores, and each compiles its code first.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly FreePorts _ports = new();

    /// <param name="nodeCount">How many storage nodes.</param>
    /// <param name="gatewayCount">How many gateways.</param>
    /// <param name="reroute">Given who dials, which node and the port it listens on, the port to dial; by default that one.</param>
    /// <param name="nodeProject">The project of the nodes' program.</param>
    /// <param name="environment">Production, or Development, where no password is needed.</param>
    public ClusterProcesses(
        int nodeCount,
        int gatewayCount = 1,
        Func<string, string, int, int>? reroute = null,
        string nodeProject = "AspireKv.StorageNode",
        string environment = "Production")
    {
        reroute ??= static (_, _, port) => port;
        DataRoot = Directory.CreateTempSubdirectory("aspirekv-").FullName;
        var peerPorts = Enumerable.Range(1, nodeCount).ToDictionary(id => id, _ => _ports.Next());
        var authPort = _ports.Next();
        var cluster = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["Cluster__Credential"] = RandomNumberGenerator.GetHexString(64),
            ["services__auth__http__0"] = $"http://127.0.0.1:{authPort}",
        };
        foreach (var id in peerPorts.Keys)
        {
            cluster[$"Cluster__Members__{id}"] = $"node{id}";
        }

        Auth = new ServiceProcess("auth", "AspireKv.Auth", authPort, new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["Auth__Administrator__Email"] = Account.Email,
            ["Auth__Administrator__Password"] = Account.Password,
            ["Auth__DataDirectory"] = Path.Combine(DataRoot, "auth"),
        });
        cluster["Cluster__ReplicationFactor"] = $"{Math.Min(3, nodeCount)}";
        Nodes =
        [
            .. peerPorts.Select(node => (Name: $"node{node.Key}", Id: node.Key, Port: node.Value)).Select(node => new ServiceProcess(
                node.Name,
                nodeProject,
                _ports.Next(),
                new Dictionary<string, string>(Dialing(node.Name))
                {
                    ["Node__Id"] = $"{node.Id}",
                    ["Node__DataDirectory"] = Path.Combine(DataRoot, node.Name),
                    ["Node__PeerEndpoint"] = $"127.0.0.1:{node.Port}",
                })),
        ];
        Gateways =
        [
            .. Enumerable.Range(1, gatewayCount)
                .Select(number => number == 1 ? "gateway" : $"gateway{number}")
                .Select(name => new ServiceProcess(name, "AspireKv.Gateway", _ports.Next(), Dialing(name))),
        ];

        foreach (var service in Services)
        {
            service.Environment["Management__Url"] = $"http://127.0.0.1:{_ports.Next()}";
        }

        Dictionary<string, string> Dialing(string dialer)
        {
            var environment = new Dictionary<string, string>(cluster);
            foreach (var (id, port) in peerPorts)
            {
                environment[$"services__node{id}__peer__0"] = $"tcp://127.0.0.1:{reroute(dialer, $"node{id}", port)}";
            }

            return environment;
        }
    }

    /// <summary>The account that every cluster of this run has.</summary>
    public static (string Email, string Password) Account { get; } = ("tests@example.com", RandomNumberGenerator.GetHexString(32));

    public string DataRoot { get; }

    public ServiceProcess Auth { get; }

    /// <summary>node1, node2, ...</summary>
    public IReadOnlyList<ServiceProcess> Nodes { get; }

    public ServiceProcess Gateway => Gateways[0];

    /// <summary>gateway, gateway2, ...</summary>
    public IReadOnlyList<ServiceProcess> Gateways { get; }

    public IEnumerable<ServiceProcess> Services => [Auth, .. Nodes, .. Gateways];

    /// <summary>A port for a service that a test starts beside the cluster.</summary>
    public int NextPort() => _ports.Next();

    /// <summary>
    /// From their next start on the nodes hand partitions back soon after they could: by default that waits for 10 s and, for a node that
    /// dies often, for minutes.
    /// </summary>
    public void HandBackSoon()
    {
        foreach (var node in Nodes)
        {
            node.Environment["HandBack__After"] = node.Environment["HandBack__MaxAfter"] = "00:00:02";
            node.Environment["HandBack__MaxPerSecond"] = "50";
        }
    }

    /// <summary>Waits until every partition is coordinated by the first of its replicas, or by nobody yet.</summary>
    public async Task WaitUntilHandedBackAsync(TimeSpan limit)
    {
        foreach (var node in Nodes)
        {
            await Wait.UntilAsync(
                $"{node.Name} coordinates nothing that is another node's",
                limit,
                async () => await NodeGauges.ReadAsync(node, "aspirekv_partitions_away") == 0);
        }
    }

    /// <summary>Starts what does not run, and waits until all of it is healthy.</summary>
    public async Task StartAsync()
    {
        foreach (var service in Services.Where(service => !service.IsRunning))
        {
            service.Start();
        }

        foreach (var service in Services)
        {
            // A gateway is in health with a part of the partitions served already.
            await service.WaitForHealthAsync(_client, Gateways.Contains(service) ? "health/all" : "health", StartLimit);
        }
    }

    /// <summary>Asks all processes to stop, and waits until they did.</summary>
    /// <returns>Their exit codes.</returns>
    public Task<int[]> StopAsync() => Task.WhenAll(Services.Select(service => service.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services)
        {
            await service.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(DataRoot, recursive: true);
    }
}
