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
    private readonly List<ServiceProcess> _nodes;
    private readonly Queue<ServiceProcess> _spares;

    /// <param name="nodeCount">How many storage nodes.</param>
    /// <param name="gatewayCount">How many gateways.</param>
    /// <param name="reroute">Given who dials, which node and the port it listens on, the port to dial; by default that one.</param>
    /// <param name="nodeProject">The project of the nodes' program.</param>
    /// <param name="environment">Production, or Development, where no password is needed.</param>
    /// <param name="spareCount">How many nodes beside those, for <see cref="Enlist"/>.</param>
    public ClusterProcesses(
        int nodeCount,
        int gatewayCount = 1,
        Func<string, string, int, int>? reroute = null,
        string nodeProject = "AspireKv.StorageNode",
        string environment = "Production",
        int spareCount = 0)
    {
        reroute ??= static (_, _, port) => port;
        DataRoot = Directory.CreateTempSubdirectory("aspirekv-").FullName;
        var peerPorts = Enumerable.Range(1, nodeCount + spareCount).ToDictionary(id => id, _ => _ports.Next());
        var authPort = _ports.Next();
        var cluster = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["Cluster__Credential"] = RandomNumberGenerator.GetHexString(64),
            ["services__auth__http__0"] = $"http://127.0.0.1:{authPort}",
        };
        for (var id = 1; id <= nodeCount; id++)
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
        var nodes = peerPorts.Select(node => (Name: $"node{node.Key}", Id: node.Key, Port: node.Value)).Select(node => new ServiceProcess(
            node.Name,
            nodeProject,
            _ports.Next(),
            new Dictionary<string, string>(Dialing(node.Name))
            {
                // A node outside the first members knows itself and them.
                [$"Cluster__Members__{node.Id}"] = node.Name,
                ["Node__Id"] = $"{node.Id}",
                ["Node__DataDirectory"] = Path.Combine(DataRoot, node.Name),
                ["Node__PeerEndpoint"] = $"127.0.0.1:{node.Port}",
            })).ToList();
        _nodes = nodes[..nodeCount];
        _spares = new Queue<ServiceProcess>(nodes[nodeCount..]);
        Gateways =
        [
            .. Enumerable.Range(1, gatewayCount)
                .Select(number => number == 1 ? "gateway" : $"gateway{number}")
                .Select(name => new ServiceProcess(name, "AspireKv.Gateway", _ports.Next(), Dialing(name))),
        ];

        foreach (var service in Services.Concat(_spares))
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

    /// <summary>The members: at first node1, node2, ...</summary>
    public IReadOnlyList<ServiceProcess> Nodes => _nodes;

    public ServiceProcess Gateway => Gateways[0];

    /// <summary>gateway, gateway2, ...</summary>
    public IReadOnlyList<ServiceProcess> Gateways { get; }

    public IEnumerable<ServiceProcess> Services => [Auth, .. Nodes, .. Gateways];

    /// <summary>Nodes that are no members and do not run.</summary>
    public IReadOnlyCollection<ServiceProcess> Spares => _spares;

    /// <summary>Counts the next spare among the nodes. The test is to start it, and to make it a member.</summary>
    public ServiceProcess Enlist()
    {
        var node = _spares.Dequeue();
        _nodes.Add(node);
        return node;
    }

    /// <summary>Makes a node that was removed, and has ended, the last spare, without what it held.</summary>
    public void Discharge(ServiceProcess node)
    {
        Directory.Delete(node.Environment["Node__DataDirectory"], recursive: true);
        _nodes.Remove(node);
        _spares.Enqueue(node);
    }

    /// <summary>A port for a service that a test starts beside the cluster.</summary>
    public int NextPort() => _ports.Next();

    /// <summary>
    /// From their next start on the nodes hand partitions back soon after they could: by default that waits for 10 s and, for a node that
    /// dies often, for minutes.
    /// </summary>
    public void HandBackSoon()
    {
        foreach (var node in Nodes.Concat(_spares))
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
        foreach (var service in Services.Concat(_spares))
        {
            await service.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(DataRoot, recursive: true);
    }
}
