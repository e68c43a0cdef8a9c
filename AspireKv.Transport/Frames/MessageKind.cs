namespace AspireKv.Transport.Frames;

/// <summary>The first byte of each message. Append only.</summary>
internal enum MessageKind : byte
{
    Ping = 1,
    Pong = 2,
    PeerRequest = 3,
    PeerResponse = 4,
    Operation = 5,
    OperationResult = 6,
    StatusRequest = 7,
    Status = 8,
    FoundingRequest = 9,
    FoundingResponse = 10,
}
