namespace AspireKv.Cluster.Messages;

/// <summary>What a replica answers. Written into messages: append only.</summary>
public enum PeerResponseKind : byte
{
    /// <summary>To Prepare.</summary>
    Promised = 1,

    /// <summary>To Read: <see cref="PeerResponse.Entry"/>, or none.</summary>
    ReadResult = 2,

    /// <summary>To Accept: I now hold, for this key, a stamp at least as high.</summary>
    Accepted = 3,

    /// <summary>
    /// To Accept: not stored, since a purged tombstone was newer; no acknowledgement. To Rebuild and Rebuilt: I am not that learner, or not
    /// being rebuilt under this ballot.
    /// </summary>
    Refused = 4,

    /// <summary>To Accept: the disk is full or failing; no acknowledgement.</summary>
    Unavailable = 5,

    /// <summary>To Confirm.</summary>
    Confirmed = 6,

    /// <summary>To Purge.</summary>
    Purged = 7,

    /// <summary>I promised <see cref="PeerResponse.Promised"/>, which is higher (or, for Prepare, equal).</summary>
    BallotRejected = 8,

    /// <summary>
    /// I know another epoch: <see cref="PeerResponse.Config"/>, newer than yours; or none, and mine is older: send yours along.
    /// </summary>
    EpochRejected = 9,

    /// <summary>To Rebuild.</summary>
    RebuildBegun = 10,

    /// <summary>To List: <see cref="PeerResponse.Page"/>.</summary>
    KeysListed = 11,

    /// <summary>To Rebuilt: I am a voter.</summary>
    Rebuilt = 12,

    /// <summary>
    /// No answer comes to this message, which may or may not have been obeyed: send it again if you still wait for one. Shows nothing of
    /// the replica, and says so because nobody sends a message twice over a stream that is up.
    /// </summary>
    Unanswered = 13,

    /// <summary>To Sum: <see cref="PeerResponse.Sums"/>.</summary>
    Summed = 14,
}
