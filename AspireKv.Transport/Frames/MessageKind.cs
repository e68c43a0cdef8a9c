namespace AspireKv.Transport.Frames;

/// <summary>
/// The first byte of each message. Append only: 7 to 10 were the status and the founding messages before questions had numbers of their
/// own, and stay unused.
/// </summary>
internal enum MessageKind : byte
{
    Ping = 1,
    Pong = 2,
    PeerRequest = 3,
    PeerResponse = 4,
    Operation = 5,
    OperationResult = 6,
    Question = 11,
    Answer = 12,
    GoAway = 13,

    /// <summary>
    /// The next bytes of a message that is sent in pieces. One message at a time is; others may come whole between its pieces.
    /// </summary>
    Piece = 14,

    /// <summary>As <see cref="Piece"/>; with these bytes the message is whole.</summary>
    LastPiece = 15,
}
