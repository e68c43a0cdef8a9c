using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Encoding.Values;

namespace AspireKv.Encoding.Tests;

/// <summary>
/// The bytes of each value, on disk and on the wire alike. A change of any of them is a new version of both formats, not a change of these
/// tests.
/// </summary>
public sealed class GoldenBytesTests
{
    [Fact]
    public void Numbers_HaveTheirBytes()
    {
        AssertBytes("00" + "7f" + "8001" + "ac02" + "ffffffffffffffff7f", writer =>
        {
            foreach (var number in new[] { 0, 127, 128, 300, long.MaxValue })
            {
                writer.WriteNumber(number);
            }
        });
        AssertBytes("00" + "01" + "02" + "ffffffffffffffffff01", writer =>
        {
            foreach (var number in new[] { 0, -1, 1, long.MinValue })
            {
                writer.WriteSigned(number);
            }
        });
    }

    [Fact]
    public void FixedParts_HaveTheirBytes()
    {
        AssertBytes("efcdab8967452301", writer => writer.WriteFixed64(0x0123456789abcdef));
        AssertBytes("00112233445566778899aabbccddeeff", writer => writer.WriteGuid(SampleValues.Founding.ClusterId));
        AssertBytes("0100", writer =>
        {
            writer.WriteFlag(true);
            writer.WriteFlag(false);
        });
    }

    [Fact]
    public void Blocks_HaveTheirBytes()
    {
        AssertBytes("03010203", writer => writer.WriteBlock([1, 2, 3], 3, "bytes"));
        AssertBytes("03c3a474", writer => writer.WriteText("ät", 3, "bytes"));
    }

    [Fact]
    public void Node_HasItsBytes() => AssertBytes("ffff03", writer => writer.WriteNode(new NodeId(65_535)));

    [Fact]
    public void Nodes_HaveTheirBytes() => AssertBytes("02" + "01" + "02", writer => writer.WriteNodes([new NodeId(1), new NodeId(2)]));

    [Fact]
    public void Partition_HasItsBytes() => AssertBytes("c801", writer => writer.WritePartition(200));

    [Fact]
    public void Ballot_HasItsBytes() => AssertBytes("ac02" + "02", writer => writer.WriteBallot(SampleValues.Ballot));

    [Fact]
    public void Stamp_HasItsBytes() => AssertBytes("ac02" + "02" + "07", writer => writer.WriteStamp(SampleValues.Stamp));

    [Fact]
    public void Key_HasItsBytes() => AssertBytes("06" + "6e73006b6579", writer => writer.WriteKey(SampleValues.Key));

    [Fact]
    public void KeyAfter_OfNone_HasItsBytes() => AssertBytes("00", writer => writer.WriteKeyAfter(default));

    [Fact]
    public void Entry_Value_HasItsBytes() =>
        AssertBytes("00" + "ac020207" + "05" + "76616c7565", writer => writer.WriteEntry(SampleValues.Value));

    [Fact]
    public void Entry_EmptyValue_HasItsBytes() =>
        AssertBytes("00" + "ac020207" + "00", writer => writer.WriteEntry(SampleValues.Value with { Value = default }));

    [Fact]
    public void Entry_Everything_HasItsBytes() => AssertBytes(
        "0e" + "ac020207" + "010301" + "0a" + "746578742f706c61696e" + "01" + "05" + "76616c7565",
        writer => writer.WriteEntry(SampleValues.Everything));

    [Fact]
    public void Entry_Tombstone_HasItsBytes() =>
        AssertBytes("01" + "ac020207", writer => writer.WriteEntry(Entry.Tombstone(SampleValues.Stamp)));

    [Fact]
    public void Buckets_HaveTheirBytes() => AssertBytes(
        "0102000000000000" + "0100000000000000" + "0000000000000000" + "0000000000000080",
        writer => writer.WriteBuckets(SampleValues.Buckets));

    [Fact]
    public void Sums_HaveTheirBytes() => AssertBytes(
        "02" + "01" + "02" + "feffffffffffffff" + "ff" + "ac02" + "efcdab8967452301", writer => writer.WriteSums(SampleValues.Sums));

    [Fact]
    public void Sums_OfNothing_HaveTheirBytes() => AssertBytes("00", writer => writer.WriteSums(new BucketSums()));

    [Fact]
    public void Config_HasItsBytes() => AssertBytes(
        "04" + "03010203" + "020204"
            + "01" + "1111000000000000" + "02" + "2222000000000000" + "03" + "3333000000000000" + "04" + "4444000000000000",
        writer => writer.WriteConfig(SampleValues.Config));

    [Fact]
    public void Member_HasItsBytes() =>
        AssertBytes("01" + "056e6f646531" + "1111000000000000", writer => writer.WriteMember(SampleValues.Founding.Members[0]));

    [Fact]
    public void FoundingRecord_HasItsBytes() => AssertBytes(
        "00112233445566778899aabbccddeeff" + "02" + "03" + "8001" + "01" + "808040"
            + "02" + "01056e6f6465311111000000000000" + "02056e6f6465322222000000000000"
            + "020102" + "020201",
        writer => writer.WriteFoundingRecord(SampleValues.Founding));

    private static void AssertBytes(string expected, Action<ByteWriter> write) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Bytes.Encode(write)));
}
