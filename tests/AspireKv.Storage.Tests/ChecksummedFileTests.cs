using AspireKv.Encoding;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>A small file is what was written, of another version, or damaged; and never taken for another.</summary>
public sealed class ChecksummedFileTests : IDisposable
{
    private const int Version = 8;
    private const ChecksummedFileKind Kind = ChecksummedFileKind.Founding;

    private readonly TempDirectory _directory = new();
    private readonly PhysicalFileSystem _files = new();

    private string Path => _directory.File("small");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public void Read_OfWhatWasWritten_IsThat(int length)
    {
        byte[] payload = [.. Enumerable.Range(1, length).Select(static i => (byte)i)];
        ChecksummedFile.Write(_files, Path, Kind, payload);

        Assert.Equal(payload, Read());
        Assert.Equal(payload, ChecksummedFile.DecodeFirst([.. ChecksummedFile.Encode(Kind, payload), 9, 9], Kind));
    }

    [Fact]
    public void Read_OfAnyBitThatTurned_IsDamage()
    {
        var whole = ChecksummedFile.Encode(Kind, [1, 2, 3]);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] harmed = [.. whole];
            harmed[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Path, harmed);

            Assert.Throws<StorageDamagedException>(Read);
        }
    }

    [Fact]
    public void Read_OfAnyOtherLength_IsDamage()
    {
        var whole = ChecksummedFile.Encode(Kind, [1, 2, 3]);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Throws<StorageDamagedException>(Read);
        }

        File.WriteAllBytes(Path, [.. whole, 0]);
        Assert.Throws<StorageDamagedException>(Read);
    }

    [Fact]
    public void Read_OfAnotherKind_IsDamage()
    {
        ChecksummedFile.Write(_files, Path, ChecksummedFileKind.Identity, [1]);

        Assert.Throws<StorageDamagedException>(Read);
    }

    /// <summary>A later version may have its checksum elsewhere, so that nothing can be said of the file, and it is left alone.</summary>
    [Fact]
    public void Read_OfAnotherVersion_IsRefusedByItsVersion()
    {
        var bytes = ChecksummedFile.Encode(Kind, [1, 2, 3]);
        bytes[Version]++;
        bytes[^1]++;
        File.WriteAllBytes(Path, bytes);

        var refused = Assert.Throws<FormatVersionException>(Read);

        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The same program wrote it, or a later one: it must not cost the node its files.</summary>
    [Fact]
    public void Read_OfAWholeFileThatCannotBeRead_IsNoDamage()
    {
        ChecksummedFile.Write(_files, Path, Kind, [1]);

        Assert.Throws<InvalidDataException>(() => ChecksummedFile.Read<byte[]>(
            _files, Path, Kind, static _ => throw new MalformedBytesException("not known")));
    }

    private byte[] Read() => ChecksummedFile.Read(_files, Path, Kind, static payload => payload);
}
