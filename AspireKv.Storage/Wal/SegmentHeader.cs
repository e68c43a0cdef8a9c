using System.Buffers.Binary;
using System.Security.Cryptography;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Wal;

/// <summary>
/// The first 64 bytes of a segment.
/// <code>
///  0          8         10     12         16            24           40               48     56         60
///  +----------+---------+------+----------+-------------+------------+----------------+------+----------+--------+
///  | AspireKv | version | node | reserved | incarnation | cluster id | first position | salt | reserved | CRC32C |
///  +----------+---------+------+----------+-------------+------------+----------------+------+----------+--------+
/// </code>
/// The CRC covers the 60 bytes before it; reserved bytes are 0. The cluster id is 0 when the segment was made before the cluster was
/// founded. The salt is random and masks the positions of the frames (<see cref="Frame"/>).
/// </summary>
internal readonly record struct SegmentHeader(NodeIdentity Identity, Guid ClusterId, long FirstPosition, long Salt)
{
    public const int Bytes = 64;

    /// <summary>
    /// The version of header, frames and records together. A segment of a version that this code does not know is refused.
    /// </summary>
    public const ushort CurrentVersion = 4;

    private static ReadOnlySpan<byte> Magic => "AspireKv"u8;

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)Identity.Node.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Identity.Incarnation);
        ClusterId.TryWriteBytes(bytes.AsSpan(24, 16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), FirstPosition);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Of(bytes.AsSpan(0, 60)));
        return bytes;
    }

    /// <exception cref="InvalidDataException">These bytes are no header, or not what was written.</exception>
    /// <exception cref="FormatVersionException">The header is of another version.</exception>
    public static SegmentHeader Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || !bytes[..8].SequenceEqual(Magic))
        {
            throw new InvalidDataException("it does not begin with the header of a segment");
        }

        // A later version may have put its checksum elsewhere. If the one here fits this version, then only the number of the version is
        // harmed.
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        Span<byte> covered = stackalloc byte[60];
        bytes[..60].CopyTo(covered);
        BinaryPrimitives.WriteUInt16LittleEndian(covered[8..], CurrentVersion);
        var fits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) == Crc32C.Of(covered);
        if (version != CurrentVersion && !fits)
        {
            throw new FormatVersionException(version, CurrentVersion);
        }

        if (version != CurrentVersion || !fits)
        {
            throw new InvalidDataException("the checksum of its header does not fit");
        }

        var identity = new NodeIdentity(
            new NodeId(BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
        return new SegmentHeader(
            identity,
            new Guid(bytes.Slice(24, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
    }

    /// <summary>A salt for one use of a file. Its highest bit is set: masked by it, zeros are no position.</summary>
    public static long NewSalt()
    {
        Span<byte> random = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadInt64LittleEndian(random) | long.MinValue;
    }
}
