using System.Collections.Concurrent;
using System.Globalization;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;
using AspireKv.Testing.Linearizability;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>
/// Many clients that read, write, delete, compare and set, at a steady pace, and write down every call. They work on few keys at a time,
/// several clients on each, and leave a key for a new one after some hundred calls: enough for calls to meet, few enough to be judged.
/// </summary>
internal sealed class Workload
{
    public const int Lanes = 8;
    private const int ClientsInLane = 3;
    private const int CallsPerKey = 300;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<KvClient> _clients;
    private readonly int _seed;
    private readonly ConcurrentQueue<HistoryOperation> _history = new();
    private readonly int[] _calls = new int[Lanes];
    private readonly int[] _successes = new int[Lanes];
    private readonly Seen?[] _seen = new Seen?[Lanes];
    private Task _running = Task.CompletedTask;
    private volatile bool _isStopping;
    private int _nextId;
    private long _nextValue;

    public Workload(IReadOnlyList<KvClient> clients, int seed) => (_clients, _seed) = (clients, seed);

    public IReadOnlyCollection<HistoryOperation> History => _history;

    /// <summary>Calls that got a definite answer, on the keys of each lane.</summary>
    public IReadOnlyList<int> Successes => _successes;

    /// <summary>The lane whose clients work on the key.</summary>
    public static int LaneOf(string key) => int.Parse(key.Split('-')[1], CultureInfo.InvariantCulture);

    /// <summary>False for calls that were refused, or of which nobody knows.</summary>
    public static bool IsSuccess(HistoryOperation call) => call.Outcome is not (OperationOutcome.Unknown or OperationOutcome.NotApplied);

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, Lanes * ClientsInLane).Select(RunClientAsync));

    public async Task StopAsync()
    {
        _isStopping = true;
        await _running;
    }

    /// <summary>Reads the key once; what came of it belongs to the history.</summary>
    public async Task<HistoryOperation> ReadAsync(KvClient client, string key)
    {
        var call = await client.CallAsync(Plan(key, OperationKind.Get), Stamp.Zero);
        _history.Enqueue(call);
        return call;
    }

    private async Task RunClientAsync(int number)
    {
        var random = new Random((_seed * 1_000) + number);
        var lane = number % Lanes;
        var client = _clients[number / Lanes % _clients.Count];
        using var pace = new PeriodicTimer(Pace);
        while (!_isStopping)
        {
            await pace.WaitForNextTickAsync();
            var key = $"{_seed}-{lane}-{Interlocked.Increment(ref _calls[lane]) / CallsPerKey}";
            var (planned, expected) = Draw(random, key, _seen[lane]);
            var call = await client.CallAsync(planned, expected);
            _history.Enqueue(call);
            if (IsSuccess(call))
            {
                Interlocked.Increment(ref _successes[lane]);
            }

            if (call.Revision != Stamp.Zero)
            {
                Volatile.Write(ref _seen[lane], new Seen(key, call.Subject, call.Revision));
            }
        }
    }

    private (HistoryOperation Planned, Stamp Expected) Draw(Random random, string key, Seen? seen)
    {
        var dice = random.Next(100);
        var compares = dice is >= 65 and < 90 && seen?.Key == key;
        var planned = Plan(key, dice switch { < 40 => OperationKind.Get, < 86 => OperationKind.Put, _ => OperationKind.Delete });
        return (planned with
        {
            Written = planned.Kind == OperationKind.Put ? Interlocked.Increment(ref _nextValue) : 0,
            Condition = compares ? ConditionKind.RevisionIsOneOf
                : dice is >= 60 and < 65 ? ConditionKind.DoesNotExist
                : dice is >= 97 ? ConditionKind.Exists
                : ConditionKind.None,
            Expected = compares ? seen!.Value : 0,
        }, compares ? seen!.Revision : Stamp.Zero);
    }

    private HistoryOperation Plan(string key, OperationKind kind) =>
        new() { Id = Interlocked.Increment(ref _nextId), Key = key, Kind = kind, Invoked = 0 };

    /// <summary>A value that a client of the lane was told of, with its revision.</summary>
    private sealed record Seen(string Key, long Value, Stamp Revision);
}
