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

    private SegmentFactory CreateFactory(int reserved, int segmentBytes = SegmentBytes) =>
        new(_files, _directory.Path, new(new(1), 2), segmentBytes, reserved);

    private IEnumerable<string> Spares() => Directory.GetFiles(_directory.Path, "spare-*").Order(StringComparer.Ordinal);
}
