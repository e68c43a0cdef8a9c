namespace AspireKv.Transport.Frames;

internal enum AppendOutcome
{
    Appended,

    /// <summary>The buffer is at its bound; the message was not taken.</summary>
    Full,

    /// <summary>The connection is gone; the message was not taken.</summary>
    Closed,
}
