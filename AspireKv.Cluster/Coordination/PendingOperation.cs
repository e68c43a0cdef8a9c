using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;

namespace AspireKv.Cluster.Coordination;

/// <summary>Where an operation stands at its coordinator.</summary>
internal enum OperationStage
{
    /// <summary>Not at a coordinator.</summary>
    Idle,

    /// <summary>Waits for the coordinator to win its ballot, or for a pause before another Prepare.</summary>
    AwaitingBallot,

    /// <summary>Waits for its turn on the key.</summary>
    Queued,

    /// <summary>Asks a quorum what it holds for the key.</summary>
    Reading,

    /// <summary>Writes back the newest entry it read.</summary>
    WritingBack,

    /// <summary>Commits the tombstone of a value past its expiry.</summary>
    Expiring,

    /// <summary>Its own write is on the way to the replicas.</summary>
    Accepting,

    /// <summary>Has its answer and waits for a quorum to confirm the ballot.</summary>
    Confirming,

    /// <summary>Tells every replica to drop the tombstone.</summary>
    Purging,

    /// <summary>Is committed anew, and waits for the learner that lacks it; no longer has the turn on its key.</summary>
    Copying,

    /// <summary>Ended, or forwarded to another node.</summary>
    Done,
}

/// <summary>One operation on its way through a node: a client's, the purge of one tombstone, or the copy of one key to a learner.</summary>
public sealed class PendingOperation
{
    /// <param name="operation">What the client asked for.</param>
    /// <param name="hops">How many nodes handed it on before this one.</param>
    /// <param name="context">The host's own data about the operation; the coordinator does not look at it.</param>
    public PendingOperation(ClientOperation operation, int hops = 0, object? context = null)
    {
        Operation = operation;
        Key = operation.Key;
        Hops = hops;
        Context = context;
    }

    private PendingOperation(StoreKey key, object? context, LearnerRebuild? rebuild)
    {
        Key = key;
        Context = context;
        Rebuild = rebuild;
    }

    /// <summary>The client's operation, or null for a purge or a copy.</summary>
    public ClientOperation? Operation { get; }

    public StoreKey Key { get; }

    public int Hops { get; internal set; }

    public object? Context { get; }

    /// <summary>True once the operation ended at this node or was handed to another one.</summary>
    public bool IsDone => Stage == OperationStage.Done;

    /// <summary>True once an Accept of the operation's own write left the coordinator: from then on "not applied" may no longer be said.</summary>
    public bool IsAcceptSent { get; internal set; }

    internal OperationStage Stage { get; set; }

    /// <summary>The round it waits for, if any.</summary>
    internal Round? Round { get; set; }

    /// <summary>The answer that waits to be confirmed.</summary>
    internal OperationResult? Result { get; set; }

    /// <summary>The rebuild that a copy is part of; otherwise null.</summary>
    internal LearnerRebuild? Rebuild { get; }

    internal bool IsPurge => Operation is null && Rebuild is null;

    /// <summary>The removal of a tombstone that every replica holds; ends as applied when all dropped it.</summary>
    public static PendingOperation Purge(StoreKey key, object? context = null) => new(key, context, rebuild: null);

    /// <summary>Commits what there is of the key under a new stamp, at a quorum and at the learner.</summary>
    internal static PendingOperation Copy(StoreKey key, LearnerRebuild rebuild) => new(key, context: null, rebuild);
}
