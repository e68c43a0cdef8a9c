using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// Three nodes, two gateways and two spares, with a <see cref="LinkProxy"/> in every link between them and clocks that can be set wrong.
/// </summary>
internal sealed class NemesisCluster : IAsyncDisposable
{
    private const int NodeCount = 3;
    private const int SpareCount = 2;

    /// <summary>The longest time until what is written is in SQLite.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(2);

    /// <summary>Where Debian's package libfaketime puts it.</summary>
    private const string FakeTimeLibrary = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    private readonly LinkProxies _links = new();

    /// <param name="nodeProject">The project of the nodes' program.</param>
    public NemesisCluster(string nodeProject)
    {
        if (!File.Exists(FakeTimeLibrary))
        {
            throw new InvalidOperationException(
                $"The nemesis sets clocks wrong with Debian's package libfaketime; there is no {FakeTimeLibrary}.");
        }

        Processes = new ClusterProcesses(NodeCount, gatewayCount: 2, _links.Reroute, nodeProject, spareCount: SpareCount);
        foreach (var node in Processes.Nodes.Concat(Processes.Spares))
        {
            // Small and often, so that faults meet rotations, checkpoints and the scrub.
            node.Environment["Storage__Wal__SegmentSizeBytes"] = "1048576";
            node.Environment["Storage__Wal__ReserveBytes"] = "2097152";
            node.Environment["Storage__Checkpoints__Interval"] = $"{CheckpointInterval}";
            node.Environment["Storage__Scrub__Interval"] = "00:00:05";
        }
    }

    public ClusterProcesses Processes { get; }

    /// <param name="number">From 1; behind the last node comes the first again.</param>
    public ServiceProcess Node(int number) => Processes.Nodes[(number - 1) % Processes.Nodes.Count];

    public IEnumerable<LinkProxy> AllLinks => _links.All;

    /// <summary>Every link to or from the node.</summary>
    public IEnumerable<LinkProxy> LinksOf(ServiceProcess node) => LinksFrom(node).Concat(LinksTo(node));

    public IEnumerable<LinkProxy> LinksFrom(ServiceProcess dialer) => _links.Where((from, _) => from == dialer.Name);

    public IEnumerable<LinkProxy> LinksTo(ServiceProcess node) => _links.Where((_, to) => to == node.Name);

    public IEnumerable<LinkProxy> LinksBetween(ServiceProcess dialer, ServiceProcess node) => _links.Between(dialer, node);

    /// <summary>Links from nodes to nodes.</summary>
    public IEnumerable<LinkProxy> LinksBetweenNodes(ServiceProcess? one = null) =>
        _links.Where((from, to) => IsNode(from) && (one is null || from == one.Name || to == one.Name));

    /// <summary>
    /// Lets the node, from its next start on, have a clock that is set by <see cref="SetClock"/>, or the right one again. The former
    /// slows it down.
    /// </summary>
    public void GiveClock(ServiceProcess node, bool isOwn)
    {
        foreach (var (variable, value) in new[]
        {
            ("LD_PRELOAD", FakeTimeLibrary),
            ("FAKETIME_TIMESTAMP_FILE", ClockFileOf(node)),
            ("FAKETIME_CACHE_DURATION", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        })
        {
            node.Environment.Remove(variable);
            if (isOwn)
            {
                node.Environment[variable] = value;
            }
        }
    }

    /// <summary>Sets the node's clock off by so many seconds, at once and while it runs.</summary>
    public void SetClock(ServiceProcess node, int offsetSeconds)
    {
        // Replaced in one step, since the node may be reading it.
        var file = ClockFileOf(node);
        File.WriteAllText(file + ".new", FormattableString.Invariant($"{offsetSeconds:+0;-0}\n"));
        File.Move(file + ".new", file, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Processes.DisposeAsync();
        await _links.DisposeAsync();
    }

    private static bool IsNode(string name) => name.StartsWith("node", StringComparison.Ordinal);

    private string ClockFileOf(ServiceProcess node) => Path.Combine(Processes.DataRoot, $"{node.Name}.clock");
}
