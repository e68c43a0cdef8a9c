using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

public sealed class SegmentFactoryTests : IDisposable
{
    private const int SegmentBytes = 4096;
    private readonly TempDirectory _directory = new();
    private readonly FaultFileSystem _files = new(new PhysicalFileSystem());

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Create_FullDiskAndSparesWithoutTheirRoom_TakesTheNext(int without)
    {
        var factory = CreateFactory(reserved: 3);
        Assert.True(factory.FillReserve());
        _files.IsFull = true;
        foreach (var spare in Spares().Take(without))
        {
            using var file = _files.Open(spare);
            file.SetLength(0);
        }

        Assert.NotNull(factory.Create(1, out _));
        Assert.True(factory.IsReserveInUse);
        Assert.Equal(2 - without, factory.SpareCount);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.new"));
    }

    [Fact]
    public void Create_FullDiskAndNoSpareHasItsRoom_HasNone()
    {
        var factory = CreateFactory(reserved: 2);
        Assert.True(factory.FillReserve());
        _files.IsFull = true;
        foreach (var spare in Spares())
        {
            using var file = _files.Open(spare);
            file.SetLength(0);
        }

        Assert.Null(factory.Create(1, out _));
        _files.IsFull = false;
        Assert.NotNull(factory.Create(1, out _));
    }

    [Fact]
    public void SegmentFactory_SparesOfAnotherSize_AreGivenBack()
    {
        Assert.True(CreateFactory(reserved: 2).FillReserve());

        var factory = CreateFactory(reserved: 2, segmentBytes: 2 * SegmentBytes);

        Assert.Equal(0, factory.SpareCount);
        Assert.Empty(Spares());
    }

    [Fact]
    public void Create_EachUseOfAFile_HasASaltOfItsOwn()
    {
        var factory = CreateFactory(reserved: 0);
        var first = factory.Create(1, out var salt)!;
        factory.Retire(first);

        var second = factory.Create(5, out var later)!;

        Assert.NotEqual(salt, later);
        Assert.Equal(later, SegmentHeader.Decode(File.ReadAllBytes(second.Path)).Salt);
    }

    /// <summary>Neither 0 nor one of a few: a client must not guess it, and zeros must be no position.</summary>
    [Fact]
    public void NewSalt_IsOneOfMany_WithItsHighestBitSet()
    {
        long[] salts = [.. Enumerable.Range(0, 20).Select(_ => SegmentHeader.NewSalt())];

        Assert.Equal(salts.Length, salts.Distinct().Count());
        Assert.All(salts, salt => Assert.True(salt < 0));
    }

    [Fact]
    public void Create_WithoutASpare_HasAllItsRoomFromTheStart()
    {
        var segment = CreateFactory(reserved: 0).Create(1, out _)!;

        Assert.Equal(SegmentBytes, segment.Bytes);
        Assert.Equal(SegmentBytes, new FileInfo(segment.Path).Length);
    }

    [Fact]
    public void SegmentFactory_AfterARestart_FindsItsSparesAndNumbersFurtherOnesBehind()
    {
        var factory = CreateFactory(reserved: 1);
        factory.Retire(factory.Create(1, out _)!);
        Assert.True(factory.FillReserve());

        var restarted = CreateFactory(reserved: 3);
        Assert.Equal(1, restarted.SpareCount);
        Assert.True(restarted.FillReserve());

        Assert.Equal(3, restarted.SpareCount);
        Assert.Equal(3, Spares().Count());
    }

    /// <summary>A new one must not take the name of one that is there.</summary>
    [Fact]
    public void SegmentFactory_AfterARestartWithSeveralSpares_GoesOnBehindTheLast()
    {
        Assert.True(CreateFactory(reserved: 3).FillReserve());

        var restarted = CreateFactory(reserved: 5);
        Assert.True(restarted.FillReserve());

        Assert.Equal(5, restarted.SpareCount);
        Assert.Equal(5, Spares().Count());
    }

    /// <summary>Until then a power cut gives the old name back, and the segment under it must still be the old one.</summary>
    [Fact]
    public void Retire_UntilTheDirectoryIsSynced_OffersNoSpare()
    {
        var factory = CreateFactory(reserved: 1);
        var segment = factory.Create(1, out _)!;
        _files.FailOnce("sync directory");

        Assert.Throws<IOException>(() => factory.Retire(segment));

        Assert.Equal(0, factory.SpareCount);
    }

    [Fact]
    public void Retire_KeepsOneSpareMoreThanTheReserve()
    {
        var factory = CreateFactory(reserved: 1);
        Segment[] segments = [.. Enumerable.Range(1, 3).Select(position => factory.Create(position, out _)!)];

        Array.ForEach(segments, factory.Retire);

        Assert.Equal(2, factory.SpareCount);
        Assert.Equal(2, Spares().Count());
        Assert.All(segments, segment => Assert.False(File.Exists(segment.Path)));
    }

    [Fact]
    public void Retire_OfASegmentThatGrew_GivesItsRoomBack()
    {
        var factory = CreateFactory(reserved: 1);
        var segment = factory.Create(1, out _)!;

        factory.Retire(segment with { Bytes = SegmentBytes + 1 });

        Assert.Equal(0, factory.SpareCount);
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void FillReserve_WithoutRoom_LeavesNothingHalfMade()
    {
        var factory = CreateFactory(reserved: 2);
        _files.FailOnce("allocate", errno: FaultFileSystem.NoSpace);

        Assert.False(factory.FillReserve());
        Assert.Empty(Directory.GetFiles(_directory.Path));

        Assert.True(factory.FillReserve());
        Assert.Equal(2, factory.SpareCount);
    }

    [Fact]
    public void FillReserve_OfWhatWasUsed_EndsItsUse()
    {
        var factory = CreateFactory(reserved: 1);
        Assert.True(factory.FillReserve());
        _files.IsFull = true;
        Assert.NotNull(factory.Create(1, out _));
        Assert.True(factory.IsReserveInUse);

        _files.IsFull = false;
        Assert.True(factory.FillReserve());

        Assert.False(factory.IsReserveInUse);
    }

    [Fact]
    public void ReleaseSpare_GivesUpThoseAboveWhatIsToBeKept()
    {
        var factory = CreateFactory(reserved: 2);
        Assert.True(factory.FillReserve());

        Assert.True(factory.ReleaseSpare(keep: 1));
        Assert.Single(Spares());
        Assert.False(factory.ReleaseSpare(keep: 1));
        Assert.Single(Spares());
        Assert.Equal(1, factory.SpareCount);
    }

    [Fact]
    public void ReleaseSpare_ThatCannotBeDeleted_IsStillASpare()
    {
        var factory = CreateFactory(reserved: 1);
        Assert.True(factory.FillReserve());
        _files.FailOnce("delete");

        Assert.Throws<IOException>(() => factory.ReleaseSpare(keep: 0));

        Assert.Equal(1, factory.SpareCount);
    }

    private SegmentFactory CreateFactory(int reserved, int segmentBytes = SegmentBytes) =>
        new(_files, _directory.Path, new(new(1), 2), segmentBytes, reserved);

    private IEnumerable<string> Spares() => Directory.GetFiles(_directory.Path, "spare-*").Order(StringComparer.Ordinal);
}
