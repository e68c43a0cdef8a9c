using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>The last value that was written counts, and the one before it is kept until the next.</summary>
public sealed class SlotFileTests : IDisposable
{
    private const int SlotBytes = 64 * 1024;
    private const int LargestValue = SlotBytes - 20 - 8;

    private readonly TempDirectory _directory = new();
    private readonly FaultFileSystem _files = new(new PhysicalFileSystem());

    private string Path => System.IO.Path.Combine(_directory.Path, "slots");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_AfterEachWrite_IsTheLastValue()
    {
        Assert.Null(Read());
        for (byte i = 1; i <= 5; i++)
        {
            // The one that writes goes on from what it read, as after a restart.
            var file = Open();
            file.Read(static payload => payload);
            file.Write([i]);
            Assert.Equal([i], Read()!);
            Assert.Equal(2 * SlotBytes, new FileInfo(Path).Length);
        }
    }

    [Fact]
    public void Write_AgainAndAgain_LeavesTheValueBeforeInTheOtherSlot()
    {
        var file = Open();
        for (byte i = 1; i <= 4; i++)
        {
            file.Write([i]);
            if (i > 1)
            {
                var bytes = File.ReadAllBytes(Path);
                var slot = i % 2 * SlotBytes;
                bytes[slot + 25] ^= 1;
                File.WriteAllBytes(Path, bytes);
                Assert.Equal([(byte)(i - 1)], Read()!);
                bytes[slot + 25] ^= 1;
                File.WriteAllBytes(Path, bytes);
            }
        }
    }

    /// <summary>Made once, so that a full disk takes the next value too.</summary>
    [Fact]
    public void Write_OnAFullDisk_ReplacesWhatIsThere()
    {
        var file = Open();
        file.Write([1]);
        _files.IsFull = true;

        file.Write([2]);
        file.Write([3]);

        Assert.Equal([3], Read()!);
    }

    [Fact]
    public void Write_OfTheLargestValue_FitsAndOfALargerOneIsRefused()
    {
        var file = Open();
        file.Write(new byte[LargestValue]);
        file.Write(new byte[LargestValue]);
        Assert.Equal(LargestValue, Read()!.Length);

        Assert.Throws<IOException>(() => file.Write(new byte[LargestValue + 1]));

        Assert.Equal(LargestValue, Read()!.Length);
    }

    [Fact]
    public void Write_ThatFailed_IsMadeAgainInTheSameSlot()
    {
        var file = Open();
        file.Write([1]);
        file.Write([2]);
        _files.FailOnce("write");
        Assert.Throws<IOException>(() => file.Write([3]));

        file.Write([4]);

        Assert.Equal([4], Read()!);
        var bytes = File.ReadAllBytes(Path);
        bytes[SlotBytes + 25] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Assert.Equal([2], Read()!);
    }

    [Fact]
    public void Write_IsDurableWhenItReturns()
    {
        var file = Open();
        file.Write([1]);
        file.Write([2]);

        _files.PowerCut(static () => 0);

        Assert.Equal([2], Read()!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(SlotBytes)]
    [InlineData((2 * SlotBytes) + 1)]
    public void Read_OfAFileWithoutAWholeSlot_IsDamage(int bytes)
    {
        File.WriteAllBytes(Path, new byte[bytes]);

        Assert.Throws<StorageDamagedException>(Read);
    }

    [Fact]
    public void Read_OfAFileCutWithinItsSecondSlot_IsTheFirst()
    {
        var file = Open();
        file.Write([1]);
        file.Write([2]);
        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..(SlotBytes + 10)]);

        Assert.Equal([2], Read()!);
    }

    [Fact]
    public void Read_OfAnotherKind_IsDamage()
    {
        new SlotFile(_files, Path, ChecksummedFileKind.Starts).Write([1]);

        Assert.Throws<StorageDamagedException>(Read);
    }

    private SlotFile Open() => new(_files, Path, ChecksummedFileKind.Lives);

    private byte[]? Read() => Open().Read(static payload => payload);
}
