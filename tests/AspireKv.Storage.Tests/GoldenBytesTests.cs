using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using CsCheck;

namespace AspireKv.Storage.Tests;

/// <summary>The bytes on disk, written down: a change of any of them is a new format version, not a change of these tests.</summary>
public sealed class GoldenBytesTests
{
    private static readonly Stamp Stamp = new(new Ballot(0x0102030405060708, new NodeId(0x0A0B)), 0x1112131415161718);
    private static readonly StoreKey Key = StoreKey.Create("ns", "key"u8);

    public static TheoryData<string, string> RecordBytes => new()
    {
        { "value", "0103000000" + "0600" + "6E73006B6579" + "08" + "08070605040302010B0A1817161514131211" + "03000000" + "010203" },
        {
            "everything",
            "0103000000" + "0600" + "6E73006B6579" + "06" + "08070605040302010B0A1817161514131211" + "010000000000000002000300000000000000"
            + "E803000000000000" + "0A00" + "746578742F706C61696E" + "01000000" + "FF"
        },
        { "tombstone", "0103000000" + "0600" + "6E73006B6579" + "09" + "08070605040302010B0A1817161514131211" + "00000000" },
        { "ballot", "0203000000" + "08070605040302010B0A" },
        {
            "config",
            "0303000000" + "0500000000000000" + "0200" + "0100" + "0200" + "0200" + "0200" + "0300"
            + "0100000000000000" + "0100000000000000" + "0500000000000000"
        },
        { "purge", "0403000000" + "0600" + "6E73006B6579" + "08070605040302010B0A1817161514131211" },
        { "emptied", "0503000000" + "0900000000000000" },
        { "learner", "0603000000" + "01" },
        { "rebuild", "0703000000" + "08070605040302010B0A1817161514131211" },
    };

    [Theory]
    [MemberData(nameof(RecordBytes))]
    public void RecordCodec_EachKind_HasTheseBytes(string name, string bytes)
    {
        var record = RecordOf(name);

        var encoded = Encode(record);

        Assert.Equal(bytes, Convert.ToHexString(encoded));
        Assert.Equal(bytes, Convert.ToHexString(Encode(RecordCodec.Read(encoded))));
    }

    [Fact]
    public void SegmentHeader_HasTheseBytes()
    {
        var header = new SegmentHeader(
            new NodeIdentity(new NodeId(0x0102), 0x1112131415161718), new Guid("00112233-4455-6677-8899-aabbccddeeff"), 0x2122232425262728, 0x3132333435363738);

        var bytes = header.Encode();

        Assert.Equal(
            "4173706972654B76" + "0200" + "0201" + "00000000" + "1817161514131211" + "00112233445566778899AABBCCDDEEFF" + "2827262524232221"
            + "3837363534333231" + "00000000",
            Convert.ToHexString(bytes.AsSpan(0, 60)));
        Assert.Equal("E0B388CE", Convert.ToHexString(bytes.AsSpan(60)));
        Assert.Equal(header, SegmentHeader.Decode(bytes));
    }

    [Fact]
    public void Frame_HasTheseBytes()
    {
        var group = new GroupBuffer();
        group.Add(0x0102, new LearnerMarked(3, true), RecordCodec.Measure(new LearnerMarked(3, true)));
        group.AddMark(0x0103);

        group.Finish(synced: 0x0101, salt: 0x3132333435363738);

        Assert.Equal(
            "06000000" + "A44AC9A9" + "3A36363534333231" + "0101000000000000" + "060300000001" + "0000"
            + "01000000" + "75112490" + "3B36363534333231" + "0101000000000000" + "F0" + "00000000000000",
            Convert.ToHexString(group.Bytes));
    }

    [Fact]
    public void IdentityFile_HasTheseBytes() => Assert.Equal(
        "4173706972654B76" + "0100" + "0100" + "02000000" + "9CF48E04" + "0102",
        Convert.ToHexString(ChecksummedFile.Encode(ChecksummedFileKind.Identity, [1, 2])));

    [Fact]
    public void FoundingRecord_HasTheseBytes()
    {
        var bytes = FoundingCodec.Encode(Records.Founding(0x1112131415161718));

        Assert.Equal(
            "0F1E2D3C4B5A69788796A5B4C3D2E1F0" + "02000000" + "0100" + "80000000" + "0100" + "0100" + "0100" + "1817161514131211" + "0500" + "6E6F646531"
            + "0100" + "0100" + "0100" + "0100",
            Convert.ToHexString(bytes));
        Assert.Equal(bytes, FoundingCodec.Encode(FoundingCodec.Decode(bytes)));
    }

    [Fact]
    public void Snapshot_HasTheseBytes()
    {
        var snapshot = new ReplicaSnapshot(Stamp.Ballot, PartitionConfig.Founded([new NodeId(1)]), Stamp, 9, true) { RebuildBallot = new Ballot(11, new NodeId(12)) };

        var bytes = SnapshotCodec.Encode(snapshot);

        Assert.Equal(
            "08070605040302010B0A" + "08070605040302010B0A1817161514131211" + "0900000000000000" + "01" + "0B000000000000000C00" + "01"
            + "0100000000000000" + "0100" + "0100" + "0000" + "0100000000000000",
            Convert.ToHexString(bytes));
        Assert.Equal(bytes, SnapshotCodec.Encode(SnapshotCodec.Decode(bytes)));
    }

    [Fact]
    public void Crc32C_OfTheCheckString_IsThePublishedValue() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void RecordCodec_AnyBytes_ThrowsOnlyWhatItDocuments() => Gen.Byte.Array[0, 80].Sample(
        bytes =>
        {
            if (bytes.Length > 4)
            {
                // Near enough to a record that the inner parts are reached.
                bytes[0] %= 8;
                (bytes[3], bytes[4]) = (0, 0);
            }

            try
            {
                Assert.NotNull(RecordCodec.Read(bytes));
            }
            catch (InvalidDataException)
            {
            }
        },
        iter: 20_000);

    private static ReplicaRecord RecordOf(string name) => name switch
    {
        "value" => new EntryAccepted(3, Key, new Entry { Stamp = Stamp, Revision = Stamp, Value = new byte[] { 1, 2, 3 } }),
        "everything" => new EntryAccepted(3, Key, new Entry
        {
            Stamp = Stamp,
            Revision = new Stamp(new Ballot(1, new NodeId(2)), 3),
            Value = new byte[] { 0xFF },
            ContentType = "text/plain",
            ExpiresAtUnixMilliseconds = 1000,
        }),
        "tombstone" => new EntryAccepted(3, Key, Entry.Tombstone(Stamp)),
        "ballot" => new BallotPromised(3, Stamp.Ballot),
        "config" => new ConfigAdopted(
            3,
            new PartitionConfig(
                5, [new(1), new(2)], [new(2), new(3)], new Dictionary<NodeId, long> { [new(1)] = 1, [new(2)] = 1, [new(3)] = 5 })),
        "purge" => new TombstonePurged(3, Key, Stamp),
        "emptied" => new PartitionEmptied(3, 9),
        "rebuild" => new RebuildBegun(3, Stamp),
        _ => new LearnerMarked(3, true),
    };

    private static byte[] Encode(ReplicaRecord record)
    {
        var bytes = new byte[RecordCodec.Measure(record)];
        var writer = new ByteWriter(bytes);
        RecordCodec.Write(ref writer, record);
        Assert.Equal(bytes.Length, writer.Position);
        return bytes;
    }
}
