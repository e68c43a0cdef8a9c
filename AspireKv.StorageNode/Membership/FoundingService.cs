using System.Security.Cryptography;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Storage;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.StorageNode.Peers;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Membership;

/// <summary>
/// Makes this node part of a founded cluster: asks the other founding members, stores the founding record when there is one to store,
/// offers it to those that lack it, and starts the partitions. A node that is configured otherwise than the cluster was founded keeps no
/// record of it and stops.
/// </summary>
internal sealed class FoundingService : BackgroundService, IQuestionHandler<FoundingRequest, FoundingResponse>
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly FoundingState _state;
    private readonly StorageEngine _engine;
    private readonly LocalNode _self;
    private readonly IPeerQuestions _peers;
    private readonly HostedPartitions _partitions;
    private readonly LifeRegister _lives;
    private readonly KnownTopology _topology;
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<FoundingService> _logger;
    private int _hasFailed;

    public FoundingService(
        StorageEngine engine,
        LocalNode self,
        IPeerQuestions peers,
        HostedPartitions partitions,
        LifeRegister lives,
        KnownTopology topology,
        IOptions<ClusterOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<FoundingService> logger)
    {
        _engine = engine;
        _self = self;
        _peers = peers;
        _partitions = partitions;
        _lives = lives;
        _topology = topology;
        _options = options.Value;
        _time = time;
        _lifetime = lifetime;
        _logger = logger;
        _state = new FoundingState(
            self.Member, [.. _options.OrderedMembers.Select(member => member.Key)], engine.Founding, Found, engine.ForgotFounding);
    }

    /// <summary>Answers another founding member; off its read loop, since a record may have to be stored first.</summary>
    public void OnAsked(Asked<FoundingRequest, FoundingResponse> asked) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                try
                {
                    lock (_gate)
                    {
                        _state.OnRequest(asked.Ask);
                        StoreIfDue();
                        if (_state.CreateResponse() is { } response)
                        {
                            asked.Answer(response);
                        }
                    }
                }
                catch (Exception exception)
                {
                    Fail(exception);
                }
            },
            null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FoundAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Fail(exception);
        }
    }

    private async Task FoundAsync(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            StoreIfDue();
            JoinIfFounded();
        }

        if (_engine.ForgotFounding)
        {
            Log.FoundingForgotten(_logger);
        }

        using var timer = new PeriodicTimer(AskInterval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            FoundingRequest request;
            NodeId[] outstanding;
            lock (_gate)
            {
                outstanding = [.. _state.Outstanding];
                request = _state.CreateRequest();
            }

            if (outstanding.Length == 0)
            {
                return;
            }

            await Task.WhenAll(outstanding.Select(node => AskAsync(node, request, stoppingToken)));
        }
    }

    private async Task AskAsync(NodeId node, FoundingRequest request, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(AskTimeout, _time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            if (await _peers.AskAsync(node, PeerQuestions.Founding, request, timeout.Token) is { } answer)
            {
                lock (_gate)
                {
                    _state.OnResponse(answer.Answer);
                    StoreIfDue();
                }
            }
        }
        catch (Exception exception) when (exception is NodeUnreachableException or OperationCanceledException)
        {
            Log.MemberDidNotAnswer(_logger, node.Value, exception.Message);
        }
    }

    /// <summary>
    /// A node that cannot keep the founding record, or take part by it, is of no use; whoever supervises it must see that. Others go on
    /// asking until the process ends, so the cause is told once.
    /// </summary>
    private void Fail(Exception exception)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) != 0)
        {
            return;
        }

        if (exception is StartUpException refused)
        {
            Log.FoundedOtherwise(_logger, refused.Message);
        }
        else
        {
            Log.FoundingFailed(_logger, exception);
        }

        Environment.ExitCode = 1;
        _lifetime.StopApplication();
    }

    /// <exception cref="StartUpException">This node is configured otherwise than the cluster was founded.</exception>
    private void StoreIfDue()
    {
        if (_state.ToStore is not { } record)
        {
            return;
        }

        if (FoundingCheck.FindDifference(record, _options) is { } difference)
        {
            throw new StartUpException(difference);
        }

        _engine.WriteFounding(record);
        _state.OnStored();
        Log.Founded(_logger, record.ClusterId, record.Members.Count, record.PartitionCount, record.ReplicationFactor);
        JoinIfFounded();
    }

    private void JoinIfFounded()
    {
        if (_state.Record is not { } record || _partitions.Current is not null)
        {
            return;
        }

        _topology.Begin(record);
        if (_topology.Current!.Find(_self.Id) is null)
        {
            Log.JoinsAsStranger(_logger, _self.Name, record.ClusterId);
        }
        else if (!_topology.IsRegistered(_self.Id, _self.Member.Incarnation))
        {
            Log.JoinsWithoutMemory(_logger, _self.Name, record.ClusterId);
        }

        _topology.Listen(_lives.Follow);
        _partitions.TakePart(record, _topology.Current!);
        _topology.Listen(_partitions.Follow);
        Log.Joined(_logger, _self.Name, record.ClusterId);
    }

    private FoundingRecord Found(IReadOnlyList<Member> members) => new()
    {
        ClusterId = new Guid(RandomNumberGenerator.GetBytes(16)),
        PartitionCount = _options.Partitions,
        ReplicationFactor = _options.ReplicationFactor,
        VirtualNodes = _options.VirtualNodes,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = _options.MaxValueBytes,
        Members = members,
        Placement = Placement.Propose(
            [.. members.Select(member => member.Id)], _options.Partitions, _options.ReplicationFactor, _options.VirtualNodes),
    };
}
