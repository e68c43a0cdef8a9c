using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>Hears what became of the copies that it asked for.</summary>
internal interface ICopyOwner
{
    /// <summary>The node holds what was committed of the key, or there was nothing.</summary>
    void OnCopied(CopyTask copy);

    /// <summary>The key could not be copied now.</summary>
    void OnPutOff(CopyTask copy);
}

/// <summary>
/// Commits what there is of a key under a new stamp at a quorum that does not count the target, a replica, and brings it to the target.
/// The turn ends with the quorum: clients do not wait for the target. Where a quorum cannot store the copy now, the key is put off and
/// clients go first.
/// </summary>
internal sealed class CopyTask(StoreKey key, ulong target, ICopyOwner owner) : KeyTask(key)
{
    public override void Begin() => Turn.Read();

    public override void OnRead(ReadTally tally)
    {
        if (tally.Highest is null)
        {
            owner.OnCopied(this);
            Turn.End();
        }
        else if (Turn.CheckRoom(tally.Highest) != NotAppliedReason.None)
        {
            owner.OnPutOff(this);
            Turn.End();
        }
        else
        {
            // Under a new stamp even where all agree: what the learner's former self held counted in the quorum of the old one.
            Turn.Accept(tally.Highest with { Stamp = Turn.NextStamp() });
        }
    }

    public override void OnCommitted(Entry entry)
    {
        if (Turn.HaveAccepted(target))
        {
            owner.OnCopied(this);
        }
        else
        {
            Turn.Copy(entry, target);
        }

        Turn.End();
    }

    public override void OnCopied() => owner.OnCopied(this);

    /// <summary>A tombstone purged meanwhile is newer: what is there now is found out anew.</summary>
    public override void OnCopyRefused() => owner.OnPutOff(this);

    public override void OnOverloaded() => owner.OnPutOff(this);

    public override void OnGivenUp() => owner.OnPutOff(this);

    /// <summary>The sweep that asked for the copy ends with the ballot too.</summary>
    public override bool Retire() => false;
}
