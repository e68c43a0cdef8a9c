using System.Diagnostics;
using System.Text.Json;
using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// One run: a cluster of real processes under load, a schedule of faults one after another, the cluster healed after each, and in the end a
/// read of every key with each node down in turn. Everything is drawn from the seed, but processes and networks keep their own time, so
/// that the same seed is the same plan and not the same run.
/// </summary>
internal sealed class NemesisRun : IAsyncDisposable
{
    private const int FinalReaders = 8;
    private const int EpisodesBetweenLooks = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ComparisonPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RepairLimit = TimeSpan.FromSeconds(30);

    /// <summary>Who was left out of a partition drops what it held after half a minute.</summary>
    private static readonly TimeSpan LeaverLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan FinalReadLimit = TimeSpan.FromSeconds(20);

    private readonly int _seed;
    private readonly IReadOnlyList<PlannedFault> _plan;
    private readonly NemesisCluster _cluster;
    private readonly Action<string> _print;
    private readonly string? _plantedBug;
    private readonly bool _isMeasured;
    private readonly bool _grows;
    private readonly List<Episode> _episodes = [];
    private KvClient[] _clients = [];
    private GatewayClient[] _accounts = [];
    private MemberChanges _members = null!;
    private FaultInjector _injector = null!;

    /// <param name="seed">What everything is drawn from.</param>
    /// <param name="print">Told of each fault as it is over.</param>
    /// <param name="plantedBug">The name of a bug that the nodes are to have; the run then ends as soon as it is noticed.</param>
    /// <param name="failoverRounds">
    /// So many rounds of failover instead of the faults that are drawn, each begun with every partition where it belongs; null for a run
    /// that is drawn.
    /// </param>
    /// <param name="grows">True where the members change while other things happen; else they stay, and everything happens to them.</param>
    public NemesisRun(int seed, Action<string> print, string? plantedBug = null, int? failoverRounds = null, bool grows = false)
    {
        _grows = grows;
        _isMeasured = failoverRounds is not null;
        (_seed, _print, _plantedBug) = (seed, print, plantedBug);
        _cluster = new NemesisCluster(plantedBug is null ? "AspireKv.StorageNode" : "tests/AspireKv.PlantedBugs");
        foreach (var node in _cluster.Processes.Nodes.Concat(_cluster.Processes.Spares))
        {
            node.Environment["PlantedBug"] = plantedBug ?? "";
            node.Environment["Cluster__OpenToNewMembers"] = "true";
            if (grows)
            {
                // Few, so that much happens to each of them.
                node.Environment["Cluster__Partitions"] = "32";
            }
        }

        _cluster.Processes.HandBackSoon();

        var nodes = _cluster.Processes.Nodes.Count;
        _plan = failoverRounds is { } rounds ? FailoverMeasurement.Plan(rounds, nodes)
            : grows ? FaultSchedule.DrawGrowth(seed, nodes)
            : FaultSchedule.Draw(seed, nodes);
    }

    public async Task<NemesisReport> RunAsync()
    {
        await _cluster.Processes.StartAsync();
        var origin = Stopwatch.GetTimestamp();
        var account = await GatewayClient.LogInAsync(_cluster.Processes.Gateway.Address);
        _accounts = [account, .. _cluster.Processes.Gateways.Skip(1).Select(gateway => account.At(gateway.Address))];
        _members = new MemberChanges(_cluster, _accounts);
        _injector = new FaultInjector(_cluster, _members, new Random(_seed));
        var token = account.Authorization.Parameter!;
        _clients = [.. _cluster.Processes.Gateways.Select(gateway => new KvClient(gateway.Address, token, origin))];
        var workload = new Workload(_clients, _seed);
        string[] gaveUp = [];
        try
        {
            workload.Start();
            await RecoverAsync(workload);
            await Task.Delay(WarmUp, TimeProvider.System);
            foreach (var fault in _plan)
            {
                if (_isMeasured)
                {
                    await _cluster.Processes.WaitUntilHandedBackAsync(RecoveryLimit);
                }

                await SufferAsync(fault, workload);
                if (_plantedBug is not null && _episodes.Count % EpisodesBetweenLooks == 0
                    && Judge(workload, []) is { Violations.Count: > 0 } noticed)
                {
                    await workload.StopAsync();
                    return noticed;
                }
            }

            await workload.StopAsync();
            await ReadEverythingAsync(workload);
            await CompareReplicasAsync();
        }
        catch (TimeoutException exception)
        {
            gaveUp = [exception.Message];
        }

        await workload.StopAsync();
        return Judge(workload, gaveUp);
    }

    /// <summary>How the command line is asked for this run.</summary>
    public string Arguments => $"{(_grows ? "--growth" : "--seed")} {_seed}";

    /// <summary>What each service wrote last.</summary>
    public IEnumerable<(string Name, string Lines)> Outputs =>
        _cluster.Processes.Services.Select(service => (service.Name, service.Output.Tail(2_000)));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var account in _accounts)
        {
            account.Dispose();
        }

        await _cluster.DisposeAsync();
    }

    private NemesisReport Judge(Workload workload, IEnumerable<string> gaveUp) =>
        NemesisJudge.Judge(
            _seed, _plan, _episodes, workload.History, [.. _clients.Select(client => client.Complaint).OfType<string>(), .. gaveUp]);

    private async Task SufferAsync(PlannedFault fault, Workload workload)
    {
        var began = _clients[0].Now();
        await _injector.BeginAsync(fault);
        var tookHold = _clients[0].Now();
        await _injector.HoldAsync(fault);
        var healing = _clients[0].Now();
        await _injector.HealAsync(fault);
        await RecoverAsync(workload);
        var episode = new Episode(fault, began, tookHold, healing, _clients[0].Now());
        _episodes.Add(episode);
        _print($"{_episodes.Count,3} of {_plan.Count}  {episode}");
    }

    /// <summary>Waits until every node is seen alive by all, none is a learner, and each lane has got on.</summary>
    private async Task RecoverAsync(Workload workload)
    {
        await Wait.UntilAsync(
            "nobody relies on a dead connection", RecoveryLimit, () => Task.FromResult(!_cluster.AllLinks.Any(link => link.IsBelievedIn)));
        foreach (var client in _clients)
        {
            await Wait.UntilAsync("all nodes are alive, and voters, in every eye", RecoveryLimit, async () =>
            {
                using var cluster = await client.GetClusterAsync();
                return cluster is not null && IsWhole(cluster.RootElement);
            });
        }

        var before = workload.Successes.ToArray();
        await Wait.UntilAsync(
            "every key in use is served again",
            RecoveryLimit,
            () => Task.FromResult(!workload.Successes.Where((count, lane) => count < before[lane] + 3).Any()));
    }

    /// <summary>
    /// Waits until every partition is where it belongs, and until all replicas hold the same entries: nobody uses the cluster any more, so
    /// that what the faults left different is brought in line by the cluster itself.
    /// </summary>
    private async Task CompareReplicasAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await _cluster.Processes.WaitUntilHandedBackAsync(RepairLimit);

        // What was written last is in the files then.
        await Task.Delay(3 * NemesisCluster.CheckpointInterval, TimeProvider.System);
        var difference = "";
        var replicas = await _members.ReadReplicasAsync();
        try
        {
            await Wait.UntilAsync("the replicas are alike", _grows ? LeaverLimit : RepairLimit, async () =>
            {
                difference = ReplicaFiles.FindDifference(_cluster.Processes.Nodes, replicas);
                await Task.Delay(ComparisonPause, TimeProvider.System);
                return difference is null;
            });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} They differ in {difference}.");
        }

        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        _print($"         all replicas are alike, and coordinated where they belong, after {took:F1} s");
    }

    private bool IsWhole(JsonElement cluster)
    {
        var members = cluster.GetProperty("members").EnumerateArray().ToArray();
        return members.Length == _cluster.Processes.Nodes.Count
            && members.All(member => IsAlive(member.GetProperty("liveness"))
                && member.GetProperty("peers").EnumerateObject().Count() == members.Length - 1
                && member.GetProperty("peers").EnumerateObject().All(peer => IsAlive(peer.Value)))
            && cluster.GetProperty("partitions").EnumerateArray().All(partition =>
                partition.GetProperty("hasQuorum").GetBoolean() && partition.GetProperty("learners").GetArrayLength() == 0);
    }

    private static bool IsAlive(JsonElement liveness) => liveness.GetString() == "alive";

    /// <summary>
    /// Takes one node after another away, so that each of the others must be part of the quorum, and reads every key: through a gateway
    /// that reaches both of them, and through one that reaches only the first.
    /// </summary>
    private async Task ReadEverythingAsync(Workload workload)
    {
        var keys = workload.History.Select(call => call.Key).Distinct().ToArray();
        var pinned = _cluster.Processes.Gateways[1];
        for (var away = 1; away <= _cluster.Processes.Nodes.Count; away++)
        {
            var node = _cluster.Node(away);
            await node.KillAsync();
            _injector.Pin(pinned, _cluster.Node(away + 1));
            foreach (var client in _clients)
            {
                await Parallel.ForEachAsync(
                    keys,
                    new ParallelOptions { MaxDegreeOfParallelism = FinalReaders },
                    (key, _) => ReadFinallyAsync(workload, client, key));
            }

            _injector.Pin(pinned, null);
            node.Start();
            foreach (var client in _clients)
            {
                await Wait.UntilAsync($"{node.Name} is back", RecoveryLimit, async () =>
                {
                    using var cluster = await client.GetClusterAsync();
                    return cluster is not null && IsWhole(cluster.RootElement);
                });
            }
        }
    }

    private static async ValueTask ReadFinallyAsync(Workload workload, KvClient client, string key) =>
        await Wait.UntilAsync(
            $"{key} is read in the end", FinalReadLimit, async () => Workload.IsSuccess(await workload.ReadAsync(client, key)));
}
