namespace AspireKv.Transport.Frames;

/// <summary>Remembers where a message waits, so that its sender can say later whether the message left.</summary>
internal abstract class BatchTicket
{
    public const long NoPlace = 0;

    /// <summary>
    /// The place in the queue that <see cref="IsLarge"/> names, or <see cref="NoPlace"/> before the message is in one; written under the
    /// lock of the sender.
    /// </summary>
    public long Place { get; set; } = NoPlace;

    /// <summary>True when the message is sent in pieces; written under the lock of the sender.</summary>
    public bool IsLarge { get; set; }
}
