using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using CsCheck;

namespace AspireKv.Storage.Tests;

/// <summary>
/// Whatever bytes a decoder is given: it reads them or throws what it documents, and takes no more memory than they justify.
/// </summary>
public sealed class DecoderTests
{
    private const int Iterations = 20_000;

    /// <summary>For a few bytes, and for what decoded objects weigh beside their bytes.</summary>
    private const long FixedBytes = 64 * 1024;
    private const int BytesForAByte = 200;

    private const long Salt = 0x3132333435363738;

    private static readonly byte[] Header = new SegmentHeader(new NodeIdentity(new NodeId(1), 2), Guid.Empty, 3, Salt).Encode();
    private static readonly byte[] Founding = SmallFileCodec.Encode(Records.Founding(7));
    private static readonly byte[] Snapshot = Encode(new ReplicaSnapshot(
        new Ballot(1, new NodeId(2)), PartitionConfig.Founded([new(1), new(2), new(3)], static _ => 9), Records.Stamp(4), 5, true));

    private static readonly byte[] Record = Encode(Records.Put(1, "key", 2, "value"));

    [Fact]
    public void SegmentHeader_AnyBytes() => Try(Header, bytes => SegmentHeader.Decode(bytes));

    [Fact]
    public void Founding_AnyBytes() => Try(Founding, bytes => SmallFileCodec.DecodeFounding(bytes));

    [Fact]
    public void Snapshot_AnyBytes() => Try(Snapshot, bytes => SnapshotCodec.Read(bytes));

    [Fact]
    public void Record_AnyBytes() => Try(Record, bytes => RecordCodec.Read(bytes));

    [Fact]
    public void Frames_AnyBytes() => Try(
        [.. Header, .. Group()],
        bytes =>
        {
            if (bytes.Length < SegmentHeader.Bytes)
            {
                // The header was read before.
                return;
            }

            var scan = new SegmentScan(bytes, 3, Salt);
            scan.Run(long.MaxValue, static _ => { });
            scan.LookBehindEnd();
        });

    [Fact]
    public void SmallFile_AnyBytes()
    {
        using var directory = new TempDirectory();
        var path = Path.Combine(directory.Path, "file");
        Try(
            ChecksummedFile.Encode(ChecksummedFileKind.Founding, Founding),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                try
                {
                    ChecksummedFile.Read(
                        new PhysicalFileSystem(),
                        path,
                        ChecksummedFileKind.Founding,
                        static payload => SmallFileCodec.DecodeFounding(payload));
                }
                catch (StorageDamagedException)
                {
                }
            },
            iterations: 2_000);
    }

    /// <summary>Random bytes; and the sound ones cut, grown and with some of them changed.</summary>
    private static void Try(byte[] sound, Action<byte[]> decode, int iterations = Iterations)
    {
        var changes = Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte).Array[0, 4];
        var changed = Gen.Select(Gen.Int[0, sound.Length], Gen.Byte.Array[0, 16], changes)
            .Select((length, more, changes) =>
            {
                byte[] bytes = [.. sound.AsSpan(0, more.Length == 0 ? length : sound.Length), .. more];
                foreach (var (place, value) in changes)
                {
                    if (place < bytes.Length)
                    {
                        bytes[place] = value;
                    }
                }

                return bytes;
            });
        Gen.OneOf(changed, Gen.Byte.Array[0, 200]).Sample(
            bytes =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    decode(bytes);
                }
                catch (Exception exception) when (exception is InvalidDataException or MalformedBytesException or FormatVersionException)
                {
                }

                var taken = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(taken <= FixedBytes + ((long)bytes.Length * BytesForAByte), $"{taken} bytes of memory for {bytes.Length}");
            },
            iter: iterations);
    }

    private static byte[] Encode(ReplicaRecord record)
    {
        var writer = new ByteWriter();
        RecordCodec.Write(writer, record);
        return writer.Written.ToArray();
    }

    private static byte[] Encode(ReplicaSnapshot snapshot)
    {
        var writer = new ByteWriter();
        SnapshotCodec.Write(writer, snapshot);
        return writer.Written.ToArray();
    }

    private static byte[] Group()
    {
        var group = new GroupBuffer();
        for (var i = 0; i < 3; i++)
        {
            group.Add(3 + i, Records.Put(0, $"k{i}", 3 + i, "value"));
        }

        group.Finish(synced: 2, Salt);
        return group.Bytes.ToArray();
    }
}
