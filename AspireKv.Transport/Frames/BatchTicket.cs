namespace AspireKv.Transport.Frames;

/// <summary>Remembers which batch carries a message, so that its sender can say later whether the message left.</summary>
internal abstract class BatchTicket
{
    public const long NoBatch = 0;

    /// <summary>The batch, or <see cref="NoBatch"/> before the message is in one; written under the lock of the sender.</summary>
    public long Batch { get; set; } = NoBatch;
}
