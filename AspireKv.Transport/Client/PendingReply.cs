using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Client;

/// <summary>
/// The awaited answer to a message that was sent. A reply ends exactly once: by the caller that takes it out of
/// <see cref="PendingReplies"/>.
/// </summary>
internal abstract class PendingReply : BatchTicket
{
    public long Correlation { get; set; }

    /// <summary>The table that the reply waits in.</summary>
    public PendingReplies? Owner { get; set; }

    /// <summary>The timestamp after which the reply expires.</summary>
    public required long Deadline { get; init; }

    /// <summary>Ends the wait, unless it has ended already.</summary>
    public void TryCancel(CancellationToken cancellationToken)
    {
        if (Owner?.TryTake(Correlation, out var taken) == true)
        {
            taken!.Cancel(cancellationToken);
        }
    }

    /// <exception cref="MalformedMessageException">The message is no answer to this one.</exception>
    /// <exception cref="MalformedBytesException">The bytes are no answer.</exception>
    public abstract void Complete(MessageKind kind, ref ByteReader reader);

    /// <summary>No answer will come.</summary>
    /// <param name="wasSent">The message was, or may have been, handed to the connection.</param>
    public abstract void Fail(bool wasSent);

    /// <summary>No answer came in time.</summary>
    public abstract void Expire();

    /// <summary>The asker stops waiting.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}
