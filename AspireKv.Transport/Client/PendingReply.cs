using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Client;

/// <summary>Something sent whose answer is awaited. Ends exactly once: by whoever takes it out of <see cref="PendingReplies"/>.</summary>
internal abstract class PendingReply : BatchTicket
{
    public long Correlation { get; set; }

    /// <summary>The table that it waits in.</summary>
    public PendingReplies? Owner { get; set; }

    /// <summary>The timestamp after which nobody waits any more.</summary>
    public required long Deadline { get; init; }

    /// <summary>Ends the wait, unless it has ended already.</summary>
    public void TryCancel(CancellationToken cancellationToken)
    {
        if (Owner?.TryTake(Correlation, out var taken) == true)
        {
            taken!.Cancel(cancellationToken);
        }
    }

    /// <exception cref="MalformedMessageException">The bytes are no answer to this.</exception>
    public abstract void Complete(MessageKind kind, ref ByteReader reader);

    /// <summary>No answer will come.</summary>
    /// <param name="wasSent">It was, or may have been, handed to the connection.</param>
    public abstract void Fail(bool wasSent);

    /// <summary>No answer came in time.</summary>
    public abstract void Expire();

    /// <summary>Nobody waits any more.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}
