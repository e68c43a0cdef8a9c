namespace AspireKv.Cluster.Coordination;

/// <summary>
/// The limits and times of a coordinator. The limits and times that a node's options decide have no default here: each has one definition.
/// </summary>
public sealed record ProtocolOptions
{
    /// <summary>How long a Prepare waits for its quorum before it is given up and, after a pause, tried with a higher round.</summary>
    public required TimeSpan PrepareTimeout { get; init; }

    /// <summary>
    /// The longest pause before another Prepare; the pause is random, so that two nodes do not outbid each other for ever.
    /// </summary>
    public TimeSpan MaxPreparePause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After how long without any quorum, while operations wait for one, the coordinator gives up its ballot.</summary>
    public required TimeSpan GiveUpAfter { get; init; }

    /// <summary>
    /// How long operations under way may hold back a ballot that is being handed back, while new ones wait, before it stays after all.
    /// </summary>
    public TimeSpan HandBackTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The same for a ballot that a node with a slow or full disk hands on: longer than an operation may take, since one that waits for a
    /// slow disk takes its time, and a partition in use would else never leave.
    /// </summary>
    public TimeSpan HandOnTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long operations under way may hold back a coordinator that is to obey a new config; then the ballot ends in any case.
    /// </summary>
    public TimeSpan ConfigTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For how long a node that the topology leaves out keeps the entries of a partition after the last message under an older config.
    /// </summary>
    public TimeSpan LeaveAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a replica that lacked room is given no ballot back, unless it takes an entry meanwhile.</summary>
    public TimeSpan FullFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many times an operation is handed from node to node before it ends as not applied.</summary>
    public int MaxHops { get; init; } = 5;

    /// <summary>How many operations wait for one key before more are refused as overload.</summary>
    public int MaxWaitingPerKey { get; init; } = 4096;

    /// <summary>
    /// How many keys of one partition are remembered as settled; forgetting one costs a read round at the next use of the key.
    /// </summary>
    public required int MaxSettledKeys { get; init; }

    /// <summary>How often a learner says that it is one, each time to another replica, until it is rebuilt.</summary>
    public TimeSpan LearningInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many keys a replica lists in one answer.</summary>
    public int ListedKeys { get; init; } = 256;

    /// <summary>How many keys are copied to a learner at a time. More rebuild it sooner and leave less for clients.</summary>
    public int CopiedKeys { get; init; } = 16;

    /// <summary>After how long without an answer a message of a rebuild is sent again.</summary>
    public TimeSpan RebuildResendInterval { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// After how long without any step forward a rebuild is given up, so that another learner has its turn. Longer rides out a slow disk,
    /// shorter gives the turn of a dead learner away sooner.
    /// </summary>
    public TimeSpan RebuildPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many times one Accept is stamped anew after a replica refused it for a purged tombstone.</summary>
    public int MaxRestamps { get; init; } = 3;
}
