namespace AspireKv.Transport.Frames;

/// <summary>
/// <code>
/// frame    length of what follows (4 bytes, the lowest first), topology version (8 bytes, the lowest first), message ...
/// message  length of what follows (4 bytes, the lowest first), kind (1 byte), body
/// </code>
/// The topology version is the sender's: 0 before the sender belongs to a cluster, 1 for the topology of the founding record. This version
/// of the program knows no other topology, so the receiver compares nothing.
/// </summary>
internal static class FrameHeader
{
    public const int LengthBytes = sizeof(int);

    public const int TopologyVersionBytes = sizeof(long);

    public const int Bytes = LengthBytes + TopologyVersionBytes;
}
