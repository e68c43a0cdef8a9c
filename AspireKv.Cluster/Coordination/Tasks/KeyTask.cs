using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// One piece of work on one key in the hands of one coordinator. A coordinator calls <see cref="Begin"/> when the task has the turn on its
/// key; the task asks through its <see cref="ITurn"/> and is called back, until it ends its turn. A task belongs to one ballot: what
/// outlives the ballot is made anew.
/// </summary>
internal abstract class KeyTask(StoreKey key)
{
    public StoreKey Key { get; } = key;

    /// <summary>Set by the coordinator before anything else is called.</summary>
    public ITurn Turn { get; set; } = null!;

    /// <summary>What the host keeps of the task; null where the task is no host's.</summary>
    public virtual PendingTask? Pending => null;

    /// <summary>True for housekeeping, which is given up when another task wants the turn.</summary>
    public virtual bool GivesWay => false;

    /// <summary>The task has the turn.</summary>
    public abstract void Begin();

    /// <summary>The entry in the own store, or null; asked for by <see cref="ITurn.LookUp"/>.</summary>
    public virtual void OnOwn(Entry? entry)
    {
    }

    /// <summary>The replicas asked by <see cref="ITurn.Read"/> answered.</summary>
    public abstract void OnRead(ReadTally tally);

    /// <summary>The entry is committed, and the key settled.</summary>
    public abstract void OnCommitted(Entry entry);

    /// <summary>Everyone dropped the tombstone.</summary>
    public virtual void OnPurged()
    {
    }

    /// <summary>A quorum still obeys the ballot. The turn has passed on before.</summary>
    public virtual void OnConfirmed()
    {
    }

    /// <summary>All replicas that were asked by <see cref="ITurn.Copy"/> hold the entry. The turn has passed on before.</summary>
    public virtual void OnCopied()
    {
    }

    /// <summary>A replica that was asked by <see cref="ITurn.Copy"/> purged something newer. The turn has passed on before.</summary>
    public virtual void OnCopyRefused()
    {
    }

    /// <summary>
    /// So many replicas cannot store the entry, or refuse it, that those who are needed never will; some may have stored it. The task still
    /// has its turn.
    /// </summary>
    public virtual void OnCannotStore() => Turn.GiveUp();

    /// <summary>Too many wait for the key: the task was not taken.</summary>
    public abstract void OnOverloaded();

    /// <summary>The task was given up and has no turn any more.</summary>
    public abstract void OnGivenUp();

    /// <summary>The ballot is lost. True when the next coordinator may carry the work out; else the task ends here.</summary>
    public abstract bool Retire();
}
