namespace AspireKv.Transport.Frames;

/// <summary>
/// <code>
/// frame    length of what follows (4 bytes, the lowest first), topology version (8 bytes, the lowest first), message ...
/// message  length of what follows (4 bytes, the lowest first), kind (1 byte), body
/// </code>
/// The topology version is that of the newest topology that the sender believes: 0 before the sender belongs to a cluster, and on gateways.
/// </summary>
internal static class FrameHeader
{
    public const int LengthBytes = sizeof(int);

    public const int TopologyVersionBytes = sizeof(long);

    public const int Bytes = LengthBytes + TopologyVersionBytes;
}
