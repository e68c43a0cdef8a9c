using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Replicas;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using CsCheck;

namespace AspireKv.Storage.Tests;

/// <summary>
/// The bytes on disk, written down, beside those of single values (AspireKv.Encoding.Tests): a change of any of them is a new format
/// version, not a change of these tests.
/// </summary>
public sealed class GoldenBytesTests
{
    private static readonly Stamp Stamp = new(new Ballot(300, new NodeId(2)), 7);
    private static readonly StoreKey Key = StoreKey.Create("ns", "key"u8);

    public static TheoryData<string, string> RecordBytes => new()
    {
        { "value", "0103" + "01" + "06" + "6E73006B6579" + "00" + "AC020207" + "03" + "010203" },
        {
            "everything",
            "0103" + "01" + "06" + "6E73006B6579" + "0E" + "AC020207" + "010203" + "0A" + "746578742F706C61696E" + "D00F" + "01" + "FF"
        },
        { "tombstone", "0103" + "01" + "06" + "6E73006B6579" + "01" + "AC020207" },
        { "ballot", "0203" + "AC0202" },
        {
            "config",
            "0303" + "01" + "05" + "05" + "020102" + "020203"
                + "01" + "0D00000000000000" + "01" + "0E00000000000000" + "05" + "0F00000000000000"
        },
        { "learner's config", "0303" + "03" + "09" + "01" + "0101" + "00" + "01" + "0200000000000000" },
        { "kept", "0303" + "00" + "01" + "01" + "0101" + "00" + "01" + "0200000000000000" },
        { "purge", "0403" + "01" + "06" + "6E73006B6579" + "AC020207" },
        { "learner", "0603" + "01" },
        { "rebuild", "0703" + "AC020207" },
    };

    [Theory]
    [MemberData(nameof(RecordBytes))]
    public void RecordCodec_EachKind_HasTheseBytes(string name, string bytes)
    {
        var record = RecordOf(name);

        var encoded = Encode(record);

        Assert.Equal(bytes, Convert.ToHexString(encoded));
        Assert.Equal(bytes, Convert.ToHexString(Encode(RecordCodec.Read(encoded))));
        Assert.Throws<MalformedBytesException>(() => RecordCodec.Read([.. encoded, 0]));
        Assert.Throws<MalformedBytesException>(() => RecordCodec.Read(encoded.AsSpan(0, encoded.Length - 1)));
    }

    [Fact]
    public void SegmentHeader_HasTheseBytes()
    {
        var header = new SegmentHeader(
            new NodeIdentity(new NodeId(0x0102), 0x1112131415161718),
            new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            0x2122232425262728,
            0x3132333435363738);

        var bytes = header.Encode();

        Assert.Equal(
            "4173706972654B76" + "0400" + "0201" + "00000000" + "1817161514131211" + "00112233445566778899AABBCCDDEEFF" + "2827262524232221"
            + "3837363534333231" + "00000000",
            Convert.ToHexString(bytes.AsSpan(0, 60)));
        Assert.Equal("0F13DA19", Convert.ToHexString(bytes.AsSpan(60)));
        Assert.Equal(header, SegmentHeader.Decode(bytes));
    }

    [Fact]
    public void Frame_HasTheseBytes()
    {
        var group = new GroupBuffer();
        group.Add(0x0102, new LearnerMarked(3, true));
        group.AddMark(0x0103);

        group.Finish(synced: 0x0101, salt: 0x3132333435363738);

        Assert.Equal(
            "03000000" + "A88E2069" + "3A36363534333231" + "0101000000000000" + "060301" + "0000000000"
            + "01000000" + "75112490" + "3B36363534333231" + "0101000000000000" + "F0" + "00000000000000",
            Convert.ToHexString(group.Bytes));
    }

    [Fact]
    public void SmallFile_HasTheseBytes() => Assert.Equal(
        "4173706972654B76" + "0300" + "0100" + "02000000" + "2775CE97" + "0102",
        Convert.ToHexString(ChecksummedFile.Encode(ChecksummedFileKind.Identity, [1, 2])));

    [Fact]
    public void Identity_HasTheseBytes()
    {
        var identity = new NodeIdentity(new NodeId(300), 0x1112131415161718);

        var bytes = SmallFileCodec.Encode(identity);

        Assert.Equal("AC02" + "1817161514131211", Convert.ToHexString(bytes));
        Assert.Equal(identity, SmallFileCodec.DecodeIdentity(bytes));
    }

    [Fact]
    public void FoundingRecord_HasTheseBytes()
    {
        var bytes = SmallFileCodec.Encode(Records.Founding(0x1112131415161718));

        Assert.Equal(
            "0F1E2D3C4B5A69788796A5B4C3D2E1F0" + "02" + "01" + "8001" + "01" + "808040" + "01" + "01" + "05" + "6E6F646531"
            + "1817161514131211" + "0101" + "0101",
            Convert.ToHexString(bytes));
        Assert.Equal(bytes, SmallFileCodec.Encode(SmallFileCodec.DecodeFounding(bytes)));
    }

    [Fact]
    public void Snapshot_HasTheseBytes()
    {
        var snapshot = new ReplicaSnapshot(Stamp.Ballot, PartitionConfig.Founded([new NodeId(1)], static _ => 2), Stamp, 9, true)
        {
            RebuildBallot = new Ballot(11, new NodeId(12)),
        };

        var bytes = Encode(snapshot);

        Assert.Equal(
            "03" + "AC0202" + "AC020207" + "09" + "0B0C" + "01" + "0101" + "00" + "01" + "0200000000000000", Convert.ToHexString(bytes));
        Assert.Equal(bytes, Encode(SnapshotCodec.Read(bytes)));
        Assert.Throws<MalformedBytesException>(() => SnapshotCodec.Read([.. bytes, 0]));
        Assert.Equal(ReplicaSnapshot.Empty, SnapshotCodec.Read(Encode(ReplicaSnapshot.Empty)));
    }

    [Theory]
    [InlineData("01030006")]
    [InlineData("010302066E73006B657901AC020207066E73006B657901AC020207")]
    [InlineData("040302066E73006B6579AC020207066E73006B6579AC020207")]
    public void RecordCodec_ARecordOfNotOneKey_IsRefused(string bytes)
    {
        var refused = Assert.Throws<MalformedBytesException>(() => RecordCodec.Read(Convert.FromHexString(bytes)));

        Assert.Contains("knows only records of one", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupBuffer_RecordThatTheFormatCannotHold_IsAsItWas()
    {
        var group = new GroupBuffer();
        group.Add(5, Records.Put(0, "a", 1, "x"));
        var before = group.Bytes.ToArray();
        var tooLong = new Entry { Stamp = Stamp, Revision = Stamp, Value = new byte[ValueLimits.MaxValueBytes + 1] };

        Assert.Throws<ArgumentException>(() => group.Add(6, new EntryAccepted(0, Key, tooLong)));

        Assert.Equal(before, group.Bytes.ToArray());
        Assert.Equal(5, group.LastPosition);
    }

    [Fact]
    public void Crc32C_OfTheCheckString_IsThePublishedValue() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void RecordCodec_AnyBytes_ThrowsOnlyWhatItDocuments() => Gen.Byte.Array[0, 80].Sample(
        bytes =>
        {
            if (bytes.Length > 2)
            {
                // Near enough to a record that the inner parts are reached.
                bytes[0] %= 8;
                (bytes[1], bytes[2]) = (3, 1);
            }

            try
            {
                Assert.NotNull(RecordCodec.Read(bytes));
            }
            catch (MalformedBytesException)
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
        "config" => new ConfigTaken(
            3,
            new PartitionConfig(
                5,
                [new(1), new(2)],
                [new(2), new(3)],
                new Dictionary<NodeId, Grant> { [new(1)] = new(1, 13), [new(2)] = new(1, 14), [new(3)] = new(5, 15) }),
            Since: 5,
            IsEmptied: true,
            IsLearner: false),
        "learner's config" => Records.Empty(3, 9) with { IsLearner = true },
        "kept" => Records.Empty(3, 1) with { IsEmptied = false },
        "purge" => new TombstonePurged(3, Key, Stamp),
        "rebuild" => new RebuildBegun(3, Stamp),
        _ => new LearnerMarked(3, true),
    };

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
}
