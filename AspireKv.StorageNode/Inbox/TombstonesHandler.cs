using AspireKv.Cluster.Status;
using AspireKv.StorageNode.Housekeeping;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// Tells peers and gateways of the tombstones that this node looks after, and what holds them back. A node that cannot count says nothing,
/// and the asker says that: a number that is not true would hide what is wrong.
/// </summary>
internal sealed class TombstonesHandler(TombstoneCount count) : IQuestionHandler<TombstonesRequest, TombstoneStatus>
{
    /// <summary>Off the read loop of the connection, since the disk may be slow.</summary>
    public void OnAsked(Asked<TombstonesRequest, TombstoneStatus> asked) => _ = AnswerAsync(asked);

    private async Task AnswerAsync(Asked<TombstonesRequest, TombstoneStatus> asked)
    {
        if (await count.GetAsync() is { } status)
        {
            asked.Answer(status);
        }
    }
}
