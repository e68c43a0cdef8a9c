using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

/// <summary>What tells a harmed header from one of another version.</summary>
public sealed class SegmentHeaderTests
{
    private static readonly SegmentHeader Header = new(WalFixture.Identity, new Guid("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"), 3, 4);

    [Fact]
    public void Decode_OfWhatWasEncoded_IsTheSame() => Assert.Equal(Header, SegmentHeader.Decode(Header.Encode()));

    [Fact]
    public void Decode_OfAnyByteHarmed_IsDamage()
    {
        for (var i = 0; i < SegmentHeader.Bytes; i++)
        {
            var bytes = Header.Encode();
            bytes[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => SegmentHeader.Decode(bytes));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(SegmentHeader.Bytes - 1)]
    public void Decode_OfTooFewBytes_IsDamage(int length) =>
        Assert.Throws<InvalidDataException>(() => SegmentHeader.Decode(Header.Encode().AsSpan(..length)));

    [Theory]
    [InlineData(SegmentHeader.CurrentVersion - 1)]
    [InlineData(SegmentHeader.CurrentVersion + 1)]
    public void Decode_OfAnotherVersionWithAChecksumOfItsOwn_NamesTheVersion(int version)
    {
        var bytes = Header.Encode();
        bytes[8] = (byte)version;
        bytes[60] ^= 1;

        Assert.Throws<FormatVersionException>(() => SegmentHeader.Decode(bytes));
    }
}
