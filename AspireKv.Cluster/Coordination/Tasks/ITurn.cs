using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Coordination.Tasks;

/// <summary>
/// What a task may ask for while it has the turn on its key. The coordinator behind it knows nothing of what the task is for. One question
/// at a time: each of <see cref="LookUp"/>, <see cref="Read"/>, <see cref="Accept"/> and <see cref="Purge"/> is answered by a call of the
/// task, or the task is given up.
/// </summary>
internal interface ITurn
{
    /// <summary>True when the committed entry of the key is known to be the own one.</summary>
    bool IsSettled { get; }

    /// <summary>True while a replica is known to have lost its memory.</summary>
    bool HasLearners { get; }

    /// <summary>True while the partition moves to other replicas.</summary>
    bool Moves { get; }

    /// <summary>All replicas, as a set of voters.</summary>
    ulong Everyone { get; }

    /// <summary>The wall clock; decides expiry only.</summary>
    long UnixMilliseconds { get; }

    /// <summary>Why this entry should not be placed now, or <see cref="NotAppliedReason.None"/>.</summary>
    NotAppliedReason CheckRoom(Entry entry);

    /// <summary>
    /// False when so much waits on the streams to the other replicas that no quorum would have stored this entry by then, a moment of the
    /// monotonic clock: to place it would only make its fate unknown.
    /// </summary>
    bool CanArrive(Entry entry, TimeSpan deadline);

    /// <summary>Above every stamp that was ever given in the partition.</summary>
    Stamp NextStamp();

    /// <summary>Takes note that a quorum, the own replica included, agrees on the own entry.</summary>
    void Settle();

    /// <summary>
    /// Asks for the entry in the own store; the committed one once the key is settled. Answered by <see cref="KeyTask.OnOwn"/>: within the
    /// call when memory knows it.
    /// </summary>
    void LookUp();

    /// <summary>Asks what is held for the key: a quorum, and all that are needed. Answered by <see cref="KeyTask.OnRead"/>.</summary>
    /// <param name="needed">Replicas that must answer too; <see cref="Everyone"/>, learners too, or some.</param>
    void Read(ulong needed = 0);

    /// <summary>
    /// Has the entry stored by a quorum, and by all that are needed. Answered by <see cref="KeyTask.OnCommitted"/>; the key is settled by
    /// then.
    /// </summary>
    void Accept(Entry entry, ulong needed = 0);

    /// <summary>Has everyone drop the tombstone with exactly this stamp. Answered by <see cref="KeyTask.OnPurged"/>.</summary>
    void Purge(Stamp stamp);

    /// <summary>
    /// Passes the turn on, and has a quorum confirm the ballot in a round that starts from here on. Answered by <see
    /// cref="KeyTask.OnConfirmed"/>.
    /// </summary>
    void Confirm();

    /// <summary>True when these replicas answered the last <see cref="Accept"/> too.</summary>
    bool HaveAccepted(ulong nodes);

    /// <summary>
    /// Goes on without the turn until these replicas, too, store an entry that is committed. Answered by <see cref="KeyTask.OnCopied"/> or
    /// <see cref="KeyTask.OnCopyRefused"/>. The task still ends its turn.
    /// </summary>
    void Copy(Entry committed, ulong nodes);

    /// <summary>True when what these replicas hold, the own one among them, is committed.</summary>
    bool IsQuorum(ulong nodes);

    /// <summary>
    /// True when the newest entry found, which these replicas hold, the own one among them, may be brought to others as it is: while the
    /// partition moves, a majority of the replicas that it moves from is enough.
    /// </summary>
    bool MayCopy(ulong nodes);

    /// <summary>True when these replicas answered the last <see cref="Copy"/>, and their answers count in quorums.</summary>
    bool HaveCopied(ulong nodes);

    /// <summary>Passes the turn on.</summary>
    void End();

    /// <summary>
    /// Sends the messages that the task waits for again, the same ones, to the replicas that have not answered and that they are not on
    /// their way to.
    /// </summary>
    void Resend();

    /// <summary>
    /// As <see cref="Resend"/>, and asks those too that could not store: for a task that no time-out ends, they may have room by now.
    /// </summary>
    void AskAgain();

    /// <summary>Takes the task out of the coordinator's hands, wherever it stands, and passes the turn on if it has it.</summary>
    void GiveUp();
}
