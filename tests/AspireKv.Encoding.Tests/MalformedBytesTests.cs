using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding.Values;

namespace AspireKv.Encoding.Tests;

/// <summary>
/// Whatever bytes a value is read from: they are read, or refused by the one exception, and take no more memory than they justify.
/// </summary>
public sealed class MalformedBytesTests
{
    private static readonly DecoderFuzz Decoders = new(
        DecoderFuzz.Pair(writer => writer.WriteNodes(SampleValues.Config.Voters), NodeCodec.ReadNodes),
        DecoderFuzz.Pair(writer => writer.WritePartition(200), NodeCodec.ReadPartition),
        DecoderFuzz.Pair(writer => writer.WriteStamp(SampleValues.Stamp), StampCodec.ReadStamp),
        DecoderFuzz.Pair(writer => writer.WriteKey(SampleValues.Key), KeyCodec.ReadKey),
        DecoderFuzz.Pair(writer => writer.WriteKeyAfter(SampleValues.Key), KeyCodec.ReadKeyAfter),
        DecoderFuzz.Pair(writer => writer.WriteEntry(SampleValues.Everything), EntryCodec.ReadEntry),
        DecoderFuzz.Pair(writer => writer.WriteEntry(Entry.Tombstone(SampleValues.Stamp)), EntryCodec.ReadEntry),
        DecoderFuzz.Pair(writer => writer.WriteBuckets(SampleValues.Buckets), BucketCodec.ReadBuckets),
        DecoderFuzz.Pair(writer => writer.WriteSums(SampleValues.Sums), BucketCodec.ReadSums),
        DecoderFuzz.Pair(writer => writer.WriteConfig(SampleValues.Config), ConfigCodec.ReadConfig),
        DecoderFuzz.Pair(writer => writer.WriteMember(SampleValues.Founding.Members[0]), FoundingRecordCodec.ReadMember),
        DecoderFuzz.Pair(writer => writer.WriteFoundingRecord(SampleValues.Founding), FoundingRecordCodec.ReadFoundingRecord));

    [Fact]
    public void Decoders_ChangedBytes_ThrowNothingButTheDocumentedException() => Decoders.Change(maxCut: 100);

    [Fact]
    public void Decoders_RandomBytes_ThrowNothingButTheDocumentedException() => Decoders.Randomize();

    [Fact]
    public void Decoders_EveryTruncation_IsRefused() => Decoders.Truncate();

    [Theory]
    [InlineData("8000", "more bytes than it needs")]
    [InlineData("ffffffffffffffffff02", "more than 64 bits")]
    [InlineData("ffffffffffffffffff7f", "more than 64 bits")]
    [InlineData("ffffffffffffffffff01", "at most")]
    [InlineData("ff", "are left")]
    [InlineData("", "are left")]
    public void Number_WrittenWrongly_IsRefused(string hex, string cause) =>
        AssertRefused(hex, (ref ByteReader reader) => reader.ReadNumber("a number"), cause);

    [Theory]
    [InlineData("02")]
    [InlineData("8100")]
    public void Flag_NeitherSetNorNot_IsRefused(string hex) => AssertRefused(hex, (ref ByteReader reader) => reader.ReadFlag(), "");

    [Theory]
    [InlineData("10", "Position")]
    [InlineData("20", "Version")]
    [InlineData("40", "SlidingExpiry")]
    [InlineData("8001", "WrittenAt")]
    [InlineData("8002", "VersionVector")]
    [InlineData("8404", "IdempotencyKey")]
    [InlineData("8006", "VersionVector, IdempotencyKey")]
    [InlineData("808001", "16384")]
    public void Entry_FieldThatThisVersionDoesNotKnow_IsRefusedByName(string flags, string name) =>
        AssertRefused(flags + "ac020207" + "00", EntryCodec.ReadEntry, $"does not know: {name}");

    [Theory]
    [InlineData("05")]
    [InlineData("09")]
    public void Entry_TombstoneWithMore_IsRefused(string flags) =>
        AssertRefused(flags + "ac020207" + "0161", EntryCodec.ReadEntry, "a tombstone has a content type or an expiry");

    [Fact]
    public void Entry_ContentTypeThatIsNoText_IsRefused() =>
        AssertRefused("04" + "ac020207" + "01ff" + "00", EntryCodec.ReadEntry, "not valid UTF-8");

    [Theory]
    [InlineData("", "a key is empty")]
    [InlineData("no-separator", "begins with no namespace")]
    [InlineData("\0key", "begins with no namespace")]
    [InlineData("Ns\0key", "begins with no namespace")]
    [InlineData("ns\0", "nothing follows")]
    public void Key_NotLegal_IsRefusedWithItsFault(string bytes, string fault)
    {
        var written = Bytes.Encode(writer => writer.WriteBlock(System.Text.Encoding.ASCII.GetBytes(bytes), StoreKey.MaxBytes, "a key"));

        AssertRefused(Convert.ToHexString(written), KeyCodec.ReadKey, fault);
    }

    [Fact]
    public void Key_Of1025BytesBehindAShortNamespace_IsRefused()
    {
        byte[] bytes = [.. "ns\0"u8, .. new byte[StoreKey.MaxKeyBytes + 1]];
        var written = Bytes.Encode(writer => writer.WriteBlock(bytes, StoreKey.MaxBytes, "a key"));

        AssertRefused(Convert.ToHexString(written), KeyCodec.ReadKey, "1025 bytes follow");
        AssertRefused(Convert.ToHexString(written), KeyCodec.ReadKeyAfter, "1025 bytes follow");
    }

    /// <summary>Each list is within its bound or refused, so no two lists together have more voters than a quorum counts.</summary>
    [Fact]
    public void Config_ListOf33Replicas_IsRefusedAsMalformed()
    {
        var most = ConfigOf(Enumerable.Range(0, 32), Enumerable.Range(32, 32));

        Assert.Equal(64, Bytes.Decode(most, ConfigCodec.ReadConfig).Voters.Count);
        AssertRefused(Convert.ToHexString(ConfigOf(Enumerable.Range(0, 33), [])), ConfigCodec.ReadConfig, "at most 32");
        AssertRefused(
            Convert.ToHexString(ConfigOf(Enumerable.Range(0, 32), Enumerable.Range(32, 33))), ConfigCodec.ReadConfig, "at most 32");
    }

    [Theory]
    [InlineData("8102", "at most 256")]
    [InlineData("02" + "01" + "01" + "0000000000000000", "are left")]
    [InlineData("01" + "01" + "00" + "0000000000000000", "holds nothing")]
    [InlineData("01" + "01" + "8080808008" + "0000000000000000", "at most 2147483647")]
    [InlineData("02" + "01010000000000000000" + "01010000000000000000", "stands behind")]
    [InlineData("02" + "02010000000000000000" + "01010000000000000000", "stands behind")]
    public void Sums_WrittenWrongly_AreRefused(string hex, string cause) => AssertRefused(hex, BucketCodec.ReadSums, cause);

    [Fact]
    public void Nodes_OneTwice_IsRefused() => AssertRefused("020101", NodeCodec.ReadNodes, "stands twice");

    [Fact]
    public void FoundingRecord_WithoutPartitions_IsRefused() =>
        AssertRefused("00112233445566778899aabbccddeeff" + "00010101" + "00", FoundingRecordCodec.ReadFoundingRecord, "no partitions");

    [Theory]
    [InlineData("00", "allows no value")]
    [InlineData("81808008", "at most 16777216")]
    public void FoundingRecord_LongestValueOutOfBounds_IsRefused(string bytes, string said) => AssertRefused(
        "00112233445566778899aabbccddeeff" + "01010101" + bytes + "0000", FoundingRecordCodec.ReadFoundingRecord, said);

    [Fact]
    public void Length_OverItsBound_IsRefusedBeforeItIsBelieved()
    {
        AssertRefused(StoreKey.MaxBytes + 1, KeyCodec.ReadKey);
        AssertRefused(ValueLimits.MaxContentTypeBytes + 1, EntryCodec.ReadContentType);
        AssertRefused(ValueLimits.MaxValueBytes + 1, EntryCodec.ReadValue);
        AssertRefused(ValueLimits.MaxReplicas + 1, NodeCodec.ReadNodes);
        AssertRefused(ValueLimits.MaxPartitions, NodeCodec.ReadPartition);
        AssertRefused(ValueLimits.MaxNodeId + 1, NodeCodec.ReadNode);
        AssertRefused(
            "01" + Convert.ToHexString(Bytes.Encode(writer => writer.WriteNumber(ValueLimits.MaxNameBytes + 1))),
            FoundingRecordCodec.ReadMember,
            "at most");
    }

    [Fact]
    public void Writer_ValueOverABound_ThrowsForTheCaller()
    {
        AssertThrows(writer => writer.WriteNumber(-1));
        AssertThrows(writer => writer.WriteStamp(new Stamp(new Ballot(1, new NodeId(-1)), 1)));
        AssertThrows(writer => writer.WriteKey(default));
        AssertThrows(writer => writer.WriteEntry(SampleValues.Value with { Value = new byte[ValueLimits.MaxValueBytes + 1] }));
        AssertThrows(writer => writer.WriteContentType(new string('a', ValueLimits.MaxContentTypeBytes + 1)));
        AssertThrows(writer => writer.WriteEntry(Entry.Tombstone(SampleValues.Stamp) with { Value = new byte[1] }));
        AssertThrows(writer => writer.WriteEntry(Entry.Tombstone(SampleValues.Stamp) with { ExpiresAtUnixMilliseconds = 1 }));
        AssertThrows(writer => writer.WriteNodes([.. Enumerable.Range(0, ValueLimits.MaxReplicas + 1).Select(i => new NodeId(i))]));
        AssertThrows(writer => writer.WritePartition(ValueLimits.MaxPartitions));
        AssertThrows(writer => writer.WritePartition(-1));
        AssertThrows(writer => writer.WriteSums(SumsOf(count: -1, sum: 1)));
        AssertThrows(writer => writer.WriteSums(SumsOf(count: 0, sum: 1)));
        AssertThrows(writer => writer.WriteMember(new Member(new NodeId(1), new string('a', ValueLimits.MaxNameBytes + 1), 1)));
        AssertThrows(writer => writer.WriteFoundingRecord(SampleValues.Founding with { PartitionCount = 3 }));
        AssertThrows(writer => writer.WriteFoundingRecord(SampleValues.Founding with { MaxValueBytes = 0 }));
        AssertThrows(writer => writer.WriteFoundingRecord(SampleValues.Founding with { MaxValueBytes = ValueLimits.MaxValueBytes + 1 }));
    }

    /// <summary>The bytes of a config of epoch 1 as a process without bounds would write them.</summary>
    private static byte[] ConfigOf(IEnumerable<int> replicas, IEnumerable<int> nextReplicas) => Bytes.Encode(writer =>
    {
        writer.WriteNumber(1);
        foreach (var list in new[] { replicas.ToArray(), nextReplicas.ToArray() })
        {
            writer.WriteNumber(list.Length);
            Array.ForEach(list, node => writer.WriteNumber(node));
        }

        foreach (var _ in replicas.Concat(nextReplicas))
        {
            writer.WriteNumber(1);
            writer.WriteFixed64(2);
        }
    });

    private static BucketSums SumsOf(int count, long sum)
    {
        var sums = new BucketSums();
        sums.Set(7, count, sum);
        return sums;
    }

    private static void AssertThrows(Action<ByteWriter> write) => Assert.ThrowsAny<ArgumentException>(() => Bytes.Encode(write));

    private static void AssertRefused<T>(long number, Decoder<T> read) =>
        AssertRefused(Convert.ToHexString(Bytes.Encode(writer => writer.WriteNumber(number))), read, "at most");

    private static void AssertRefused<T>(string hex, Decoder<T> read, string cause)
    {
        var refusal = Assert.Throws<MalformedBytesException>(() => Bytes.Decode(Convert.FromHexString(hex), read));

        Assert.Contains(cause, refusal.Message, StringComparison.Ordinal);
    }
}
