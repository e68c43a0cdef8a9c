using AspireKv.Cluster.Coordination;
using AspireKv.Cluster.Housekeeping;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;

namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>Draws the scenario that a seed stands for.</summary>
internal sealed class ScenarioDraw
{
    /// <summary>When nothing of the founding is left under way.</summary>
    private static readonly TimeSpan CalmFrom = TimeSpan.FromMilliseconds(40);

    private readonly SeededRandom _random;
    private readonly Profile _profile;
    private readonly int _nodes;
    private readonly int _keys;
    private readonly TimeSpan _healAt;

    private ScenarioDraw(int seed, Profile? profile)
    {
        _random = new SeededRandom((ulong)seed);
        var drawn = _random.Pick(Enum.GetValues<Profile>()[..^6]);
        _profile = profile ?? drawn;
        _nodes = IsMoving ? _random.Pick([4, 4, 5, 6]) : _random.Pick([3, 3, 3, 4, 5]);
        _keys = _profile switch
        {
            Profile.Contention => 1,
            Profile.Purges => _random.Pick([1, 2, 3]),
            Profile.Moves => _random.Pick([1, 2, 3, 3]),
            _ => _random.Pick([1, 1, 2, 3]),
        };
        _healAt = TimeSpan.FromMilliseconds(_random.Pick([60, 90, 120]));
    }

    public static Scenario Draw(int seed, Profile? profile = null) => new ScenarioDraw(seed, profile).Draw(seed);

    private Scenario Draw(int seed) => _profile switch
    {
        Profile.Stops => Calm(DrawUsual(seed)),
        Profile.CalmMoves => WithMoves(Calm(DrawUsual(seed))),
        Profile.Moves => WithMoves(DrawUsual(seed)),
        Profile.CutLinks => Calm(DrawUsual(seed)) with { Faults = [DrawFault(FaultKind.CutLink, CalmFrom) with { Duration = _healAt }] },
        _ => DrawUsual(seed),
    };

    /// <summary>Nothing goes wrong but what is planned, and nothing is so slow that an operation's time would not do.</summary>
    private static Scenario Calm(Scenario scenario) => scenario with
    {
        StopPatience = TimeSpan.FromMilliseconds(200),

        OperationTimeout = TimeSpan.FromMilliseconds(60),
        Network = new NetworkConditions(IsStream: true, Loss: 0, Duplication: 0, Tail: 0, TailFactor: 1),
        Coordinator = scenario.Coordinator with { GiveUpAfter = TimeSpan.FromMilliseconds(60) },
        AnswerLoss = 0,

        // Whoever leaves a ballot to another waits for longer than that one's promise takes.
        SyncTimes = [.. scenario.SyncTimes.Select(static time => time / 40)],
        Aimed = new AimedFaultRates(0, 0, 0, 0),

        // While a cluster is founded its nodes may take ballots from each other.
        Operations = [.. scenario.Operations.Where(static operation => operation.At > CalmFrom)],
    };

    private Scenario DrawUsual(int seed) => new()
    {
        Seed = seed,
        Profile = _profile.ToString(),
        Nodes = _nodes,
        Replicas = _nodes == 5 && _random.Chance(0.4) ? 5 : 3,
        Partitions = _keys > 1 && _random.Chance(0.2) ? 2 : 1,
        Keys = _keys,
        HealAt = _healAt,
        OperationTimeout = TimeSpan.FromMilliseconds(_random.Pick([20, 30, 40])),
        ResendInterval = TimeSpan.FromMilliseconds(_random.Pick([4, 7, 1000])),
        Network = DrawNetwork(),
        Coordinator = DrawCoordinator(),
        LivenessLies = _profile switch
        {
            Profile.Duels => _random.Pick([0.1, 0.3]),
            Profile.Purges => _random.Pick([0.0, 0.02]),
            _ => _random.Pick([0.0, 0.02, 0.1, 0.2]),
        },
        AnswerLoss = _random.Pick([0, 0.1]),
        SyncTimes = [.. Enumerable.Range(0, _nodes).Select(_ => DrawSyncTime())],
        ClockOffsets = [.. Enumerable.Range(0, _nodes).Select(_ => _random.Milliseconds(0, _random.Pick([0, 1000, 86_400_000])))],
        ClockRates = [.. Enumerable.Range(0, _nodes).Select(_ => _random.Pick([1.0, 1.0, 0.9, 1.1, 1.5]))],
        Aimed = DrawAimed(),
        Operations = [.. DrawOperations().OrderBy(operation => operation.At)],
        Faults = [.. DrawFaults().OrderBy(fault => fault.At)],
        Chores = DrawChores(),
        PurgeTimeout = TimeSpan.FromMilliseconds(_random.Pick([6, 20])),
        ColdReads = _random.Pick([0, 0, 0.1, 0.5]),
        SlowLinks = _random.Pick([0, 0, 0, 0.3]),
    };

    private NetworkConditions DrawNetwork()
    {
        if (_profile == Profile.Purges)
        {
            // A purge needs everybody's answer, and what is dangerous about it are messages that come after it.
            return new NetworkConditions(
                IsStream: false,
                Loss: _random.Pick([0, 0.02]),
                _random.Pick([0.1, 0.3]),
                _random.Pick([0.05, 0.2, 0.35]),
                _random.Pick([15, 40]));
        }

        var isStream = _random.Chance(0.4);
        return new NetworkConditions(
            isStream,
            Loss: _random.Pick([0, 0, 0.02, 0.1]),
            Duplication: isStream ? 0 : _random.Pick([0, 0.05, 0.2]),
            Tail: _random.Pick([0, 0.03, 0.1, 0.3]),
            TailFactor: _random.Pick([8, 15, 40]));
    }

    private ProtocolOptions DrawCoordinator() => new()
    {
        PrepareTimeout = TimeSpan.FromMilliseconds(_random.Pick([6, 10])),
        MaxPreparePause = TimeSpan.FromMilliseconds(_random.Pick([2, 6])),
        GiveUpAfter = TimeSpan.FromMilliseconds(_random.Pick([8, 16, 30])),
        HandBackTimeout = TimeSpan.FromMilliseconds(5),
        HandOnTimeout = TimeSpan.FromMilliseconds(20),
        FullFor = TimeSpan.FromMilliseconds(10),
        MaxWaitingPerKey = _random.Pick([2, 100]),
        MaxSettledKeys = _random.Pick([1, 2, 100]),
        LearningInterval = TimeSpan.FromMilliseconds(_random.Pick([2, 5])),
        ListedKeys = _random.Pick([1, 2]),
        CopiedKeys = _random.Pick([1, 2]),
        RebuildResendInterval = TimeSpan.FromMilliseconds(_random.Pick([2, 5])),
        RebuildPatience = TimeSpan.FromMilliseconds(_random.Pick([15, 40])),
    };

    private TimeSpan DrawSyncTime() =>
        _profile == Profile.SlowDisks || _random.Chance(0.15)
            ? TimeSpan.FromMilliseconds(_random.Pick([0.2, 2, 8]))
            : TimeSpan.FromMilliseconds(_random.Pick([0.02, 0.2, 0.5, 2]));

    private AimedFaultRates DrawAimed()
    {
        if (_profile == Profile.Purges)
        {
            return new AimedFaultRates(0, 0, _random.Pick([0, 0.05]), PurgeAfterDelete: _random.Pick([0.5, 1]));
        }

        if (LosesDisks)
        {
            return new AimedFaultRates(
                _random.Pick([0, 0.1]), _random.Pick([0, 0.1]), _random.Pick([0, 0.05]), PurgeAfterDelete: _random.Pick([0, 0.4, 1]))
            {
                LoseHolder = _profile == Profile.OldDisks ? 0.02 : _random.Pick([0.1, 0.3]),
                RelyOnRebuilt = _random.Pick([0.5, 1]),
                PutOldDiskBack = _profile == Profile.OldDisks ? _random.Pick([0.2, 0.5]) : 0,
            };
        }

        var isAimed = _profile == Profile.Aimed;
        return new AimedFaultRates(
            BallotTaken: _random.Pick<double>(isAimed ? [0.2, 0.4] : [0, 0, 0.1, 0.2]),
            AcceptSent: _random.Pick<double>(isAimed ? [0.1, 0.3] : [0, 0, 0.1, 0.2]),
            Acknowledged: _random.Pick<double>(isAimed ? [0.2, 0.4] : [0, 0, 0.15]),
            PurgeAfterDelete: _random.Pick([0, 0.4]));
    }

    private ChoreOptions DrawChores() => new()
    {
        TickInterval = TimeSpan.FromMilliseconds(2),
        HandOnInterval = TimeSpan.FromMilliseconds(3),
        MaxHandOns = 1,
        TakeOverInterval = TimeSpan.FromMilliseconds(_random.Pick([5, 12])),
        RebuildInterval = TimeSpan.FromMilliseconds(2),
        MaxRebuilds = 1,
        PurgeInterval = TimeSpan.FromMilliseconds(_profile switch
        {
            Profile.Purges => _random.Pick([4, 15]),
            Profile.LostDisks => _random.Pick([4, 15, 40]),
            Profile.Moves => _random.Pick([4, 4, 15]),
            _ => _random.Pick([4, 30, 120]),
        }),
        MaxPurges = _random.Pick([1, 2, 64]),
        MoveInterval = TimeSpan.FromMilliseconds(2),
        MaxMoves = 1,
        RepairLookInterval = TimeSpan.FromMilliseconds(2),
        RepairInterval = TimeSpan.FromMilliseconds(_random.Pick([10, 30, 80])),
        DoubtInterval = TimeSpan.FromMilliseconds(_random.Pick([4, 12])),
        MaxComparisons = _random.Pick([1, 2]),
        HandBackInterval = TimeSpan.FromMilliseconds(2),
        MaxHandBacks = 1,
        HandBackAfter = TimeSpan.FromMilliseconds(6),
        MaxHandBackAfter = TimeSpan.FromMilliseconds(48),
    };

    private IEnumerable<PlannedOperation> DrawOperations()
    {
        var count = _random.Next(12, 28);
        var isBurst = _profile is Profile.Duels or Profile.Contention || _random.Chance(0.5);
        var at = At(0.05, 0.2);
        for (var number = 0; number < count; number++)
        {
            at = isBurst ? at + (_random.Chance(0.7) ? _random.Milliseconds(0, 3) : _random.Milliseconds(0, 14)) : At(0.05, 0.97);
            if (at > _healAt)
            {
                at = At(0.1, 0.97);
            }

            var kind = DrawKind();
            yield return new PlannedOperation(
                at, kind, DrawCondition(kind), _random.Next(_keys), _random.Next(_nodes), _random.NextDouble());
        }
    }

    private OperationKind DrawKind() => _random.NextDouble() switch
    {
        < 0.42 => OperationKind.Get,
        < 0.72 when _profile == Profile.Purges => OperationKind.Delete,
        < 0.62 when _profile == Profile.Moves => OperationKind.Delete,
        < 0.54 => OperationKind.Delete,
        _ => OperationKind.Put,
    };

    private ConditionKind DrawCondition(OperationKind kind) =>
        kind == OperationKind.Get || _random.Chance(_profile == Profile.Contention ? 0.2 : 0.55)
        ? ConditionKind.None
        : _random.Pick(
            [
                ConditionKind.RevisionIsOneOf, ConditionKind.RevisionIsOneOf, ConditionKind.RevisionIsNoneOf,
                ConditionKind.Exists, ConditionKind.DoesNotExist,
            ]);

    private IEnumerable<PlannedFault> DrawFaults()
    {
        var count = _profile switch
        {
            Profile.Aimed => _random.Next(0, 2),
            Profile.LostDisks => _random.Next(2, 9),
            Profile.CalmMoves => _random.Next(0, 4),
            Profile.OldDisks => _random.Next(6, 16),
            Profile.Purges => _random.Next(0, 4),
            _ => _random.Next(1, 7),
        };
        for (var number = 0; number < count; number++)
        {
            yield return DrawFault(_random.Pick(UsualFaults(_profile)), At(0, 0.95));
        }

        if (_profile == Profile.Founding)
        {
            for (var number = _random.Next(1, 4); number > 0; number--)
            {
                yield return DrawFault(
                    _random.Pick([FaultKind.Crash, FaultKind.Crash, FaultKind.PowerCut, FaultKind.CutOneWay]), _random.Milliseconds(0, 12));
            }
        }
    }

    private PlannedFault DrawFault(FaultKind kind, TimeSpan at)
    {
        var node = _random.Next(_nodes);
        var other = (node + _random.Next(1, _nodes)) % _nodes;
        var isRestart = kind is FaultKind.Crash or FaultKind.Stop or FaultKind.PowerCut or FaultKind.PutOldDiskBack;
        var duration = isRestart ? _random.Milliseconds(1, 15) : _random.Milliseconds(2, 28);
        return new PlannedFault(at, kind, node, other, duration);
    }

    private static FaultKind[] UsualFaults(Profile profile) => profile switch
    {
        Profile.Duels =>
            [FaultKind.Usurp, FaultKind.Usurp, FaultKind.Coup, FaultKind.Coup, FaultKind.Pause, FaultKind.Deafen, FaultKind.CutOneWay],
        Profile.SlowDisks => [
            FaultKind.Crash, FaultKind.Crash, FaultKind.Stop, FaultKind.PowerCut, FaultKind.SlowDisk, FaultKind.Usurp, FaultKind.NoRoom,
        ],
        Profile.Stops => [FaultKind.Stop],
        Profile.CalmMoves => [FaultKind.Stop],
        Profile.CutLinks => [FaultKind.CutLink],
        Profile.Moves =>
        [
            FaultKind.Crash, FaultKind.Crash, FaultKind.Crash, FaultKind.LoseDisk, FaultKind.LoseDisk, FaultKind.Stop, FaultKind.Stop,
            FaultKind.Isolate, FaultKind.Isolate, FaultKind.CutLink, FaultKind.CutOneWay, FaultKind.Deafen, FaultKind.Pause,
            FaultKind.PowerCut, FaultKind.Usurp, FaultKind.Usurp, FaultKind.Coup, FaultKind.HalfWrite, FaultKind.SlowDisk,
            FaultKind.NoRoom, FaultKind.BreakConnections,
        ],
        Profile.Purges =>
        [
            FaultKind.FullDisk, FaultKind.NoRoom, FaultKind.NoRoom, FaultKind.Crash, FaultKind.Usurp, FaultKind.Pause, FaultKind.Isolate,
        ],
        Profile.LostDisks =>
        [
            FaultKind.LoseDisk, FaultKind.SoleCopy, FaultKind.SoleCopy, FaultKind.SoleCopy, FaultKind.Isolate, FaultKind.Isolate,
            FaultKind.Deafen, FaultKind.Crash,
            FaultKind.PowerCut, FaultKind.Pause, FaultKind.Usurp, FaultKind.Coup, FaultKind.HalfWrite, FaultKind.SlowDisk,
            FaultKind.NoRoom, FaultKind.NoRoom, FaultKind.FullDisk, FaultKind.LoseDisks, FaultKind.LoseDisks,
        ],
        Profile.OldDisks =>
        [
            FaultKind.SoleCopy, FaultKind.SoleCopy, FaultKind.SoleCopy, FaultKind.CopyDisk, FaultKind.CopyDisk, FaultKind.CopyDisk,
            FaultKind.CopyDisk, FaultKind.PutOldDiskBack, FaultKind.PutOldDiskBack, FaultKind.Isolate, FaultKind.Crash, FaultKind.PowerCut,
            FaultKind.Pause, FaultKind.Usurp, FaultKind.Coup, FaultKind.HalfWrite,
        ],
        Profile.Splits => [FaultKind.Isolate, FaultKind.CutLink, FaultKind.CutOneWay, FaultKind.Deafen, FaultKind.Usurp],
        _ =>
        [
            FaultKind.Crash, FaultKind.Crash, FaultKind.Crash, FaultKind.PowerCut, FaultKind.Pause, FaultKind.Pause, FaultKind.Isolate,
            FaultKind.Isolate, FaultKind.CutLink, FaultKind.CutOneWay, FaultKind.Deafen, FaultKind.Usurp, FaultKind.Usurp,
            FaultKind.SlowDisk,
            FaultKind.FullDisk, FaultKind.NoRoom, FaultKind.BreakConnections, FaultKind.Coup, FaultKind.Stop, FaultKind.Stop,
        ],
    };

    private Scenario WithMoves(Scenario scenario) => scenario with
    {
        Moves = new MovePlan(
            [.. DrawMoves(scenario.Partitions).OrderBy(move => move.At)],
            [.. Enumerable.Range(0, _nodes).Select(_ => TimeSpan.FromMilliseconds(_random.Pick([1, 4, 12, 30])))],
            IsWhole: _random.Chance(0.3)),
        Coordinator = scenario.Coordinator with
        {
            ConfigTimeout = TimeSpan.FromMilliseconds(_profile == Profile.CalmMoves ? 60 : _random.Pick([4, 15])),
            LeaveAfter = TimeSpan.FromMilliseconds(_profile == Profile.CalmMoves ? 60 : _random.Pick([3, 20, 60])),
        },
        Aimed = _profile == Profile.CalmMoves
            ? scenario.Aimed
            : scenario.Aimed with
            {
                ConfigChanged = _random.Pick([0, 0.2, 0.5]),
                MoveFromBehind = _random.Pick([0, 0.5, 1]),
                PurgeAfterDelete = _random.Pick([0, 0.5, 1]),
            },
        Chores = scenario.Chores with { DoubtInterval = scenario.Chores.DoubtInterval * _random.Pick([1, 1, 8]) },
    };

    private IEnumerable<PlannedMove> DrawMoves(int partitions)
    {
        // A node that is given a partition again soon after it lost it may hold what was there the first time.
        var comesBack = _random.Chance(0.4);
        NodeId[] founded = [.. Enumerable.Range(1, 3).Select(id => new NodeId(id))];
        for (var number = _random.Next(1, 7); number > 0; number--)
        {
            NodeId[] nodes = [.. Enumerable.Range(1, _nodes).Select(id => new NodeId(id))];
            _random.Shuffle(nodes);
            var most = Math.Min(5, _nodes);

            // Two replicas serve nobody while one of them is stopped.
            var size = _random.Pick<int>(_profile == Profile.CalmMoves ? [3, 3, 3, most] : [3, 3, 3, 3, 2, 1, most]);
            var target = comesBack && number % 2 == 1 ? founded : nodes[..size];
            yield return new PlannedMove(At(0.1, 0.95), _random.Next(partitions), _random.Chance(0.15) ? null : target);
        }
    }

    private bool IsMoving => _profile is Profile.Moves or Profile.CalmMoves;

    private bool LosesDisks => _profile is Profile.LostDisks or Profile.OldDisks;

    private TimeSpan At(double from, double to) => _healAt * (from + (_random.NextDouble() * (to - from)));
}
