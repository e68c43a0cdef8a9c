using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Hears what became of the keys that were to be made alike.</summary>
internal interface IRepairOwner
{
    /// <summary>The replicas hold the same entry by now.</summary>
    void OnAlike(RepairTask repair);

    /// <summary>The committed entry was brought to the replicas that lacked it, under its own stamp.</summary>
    void OnCopied(RepairTask repair, Entry entry);

    /// <summary>No copy would do, so an entry was committed under a new stamp at all replicas.</summary>
    void OnSettled(RepairTask repair, Entry entry);

    /// <summary>
    /// A replica that lacked the entry takes it under a new stamp only: the replica purged a tombstone of another key that was newer.
    /// </summary>
    void OnRefused(RepairTask repair);

    /// <summary>The key could not be made alike now.</summary>
    void OnPutOff(RepairTask repair);
}

/// <summary>
/// Makes one key alike at some replicas, in its turn. What a majority shows is committed, and only copied to the others. Else the newest
/// entry that any of them shows is committed under a new stamp, as a read would do that met it; a write of unknown outcome is made then.
/// Where all show the same by now, nothing is written. Clients do not wait for a repair: it gives way.
/// </summary>
/// <remarks>
/// While the partition moves, what a majority of the replicas that it moves from shows was committed before or will be by the copies: they
/// bring it to those that it moves to. The key is settled only where a quorum of both holds the entry.
/// </remarks>
/// <param name="key">The key.</param>
/// <param name="nodes">The replicas, as a set of voters.</param>
/// <param name="mayCopy">False where a copy was refused.</param>
/// <param name="isMove">True where it is enough that a quorum holds the entry: a key that is settled is left as it is.</param>
/// <param name="owner">Hears what became of the repair.</param>
internal sealed class RepairTask(StoreKey key, ulong nodes, bool mayCopy, bool isMove, IRepairOwner owner) : KeyTask(key)
{
    /// <summary>What is on its way to those that lack it.</summary>
    private Entry? _copied;

    /// <summary>Those that lack it.</summary>
    private ulong _lacking;

    public override bool GivesWay => true;

    public override void Begin()
    {
        if (isMove && Turn.IsSettled)
        {
            owner.OnAlike(this);
            Turn.End();
        }
        else
        {
            Turn.Read(nodes);
        }
    }

    public override void OnRead(ReadTally tally)
    {
        // A replica that is not compared may have answered too, and hold something else.
        var isCommitted = tally.IsUnanimous || Turn.IsQuorum(tally.Holders);
        _lacking = tally.IsUnanimous ? 0 : nodes & ~tally.Holders;
        if (isCommitted && _lacking == 0)
        {
            Turn.Settle();
            owner.OnAlike(this);
            Turn.End();
        }
        else if (Turn.CheckRoom(tally.Highest!) != NotAppliedReason.None)
        {
            owner.OnPutOff(this);
            Turn.End();
        }
        else if (mayCopy && Turn.MayCopy(tally.Holders))
        {
            if (isCommitted)
            {
                Turn.Settle();
            }

            _copied = tally.Highest!;
            Turn.Copy(_copied, _lacking);
            Turn.End();
        }
        else
        {
            Turn.Accept(tally.Highest! with { Stamp = Turn.NextStamp() }, nodes);
        }
    }

    public override void OnCommitted(Entry entry)
    {
        owner.OnSettled(this, entry);
        Turn.End();
    }

    public override void OnCopied()
    {
        if (Turn.HaveCopied(_lacking))
        {
            owner.OnCopied(this, _copied!);
        }
        else
        {
            // One of the replicas that were copied to lost its memory meanwhile.
            owner.OnPutOff(this);
        }
    }

    public override void OnCopyRefused() => owner.OnRefused(this);

    public override void OnOverloaded() => owner.OnPutOff(this);

    public override void OnGivenUp() => owner.OnPutOff(this);

    /// <summary>The comparison that asked for the repair ends with the ballot too.</summary>
    public override bool Retire() => false;
}
