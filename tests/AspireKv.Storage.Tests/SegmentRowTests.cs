using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>Three segments, from positions 1, 5 and 9 on; the last one is written.</summary>
public sealed class SegmentRowTests : IDisposable
{
    private const int SegmentBytes = 4096;

    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();
    private readonly SegmentFactory _factory;
    private readonly Segment[] _segments;
    private readonly SegmentRow _row;

    public SegmentRowTests()
    {
        _factory = new SegmentFactory(new PhysicalFileSystem(), _directory.Path, WalFixture.Identity, SegmentBytes, reserved: 0);
        _segments = [Create(1), Create(5), Create(9)];
        _row = new SegmentRow(_factory, _segments, new StorageMetrics(_meters).Wal, NullLogger.Instance);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Closed_AreAllButTheLast_EachWithWhereTheNextBegins()
    {
        Assert.Equal([(_segments[0], 5L), (_segments[1], 9L)], _row.GetClosed());
        Assert.True(_row.IsKept(_segments[0]));
        Assert.False(_row.IsKept(_segments[2]));
        AssertBytes(3 * SegmentBytes);
    }

    [Fact]
    public void Advance_ClosesTheOneThatWasWrittenWithItsBytes()
    {
        var next = Create(12);

        _row.Advance(5_000, next);

        Assert.Equal((_segments[2] with { Bytes = 5_000 }, 12L), _row.GetClosed()[^1]);
        AssertBytes((3 * SegmentBytes) + 5_000);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(100, 2)]
    public void DropThrough_GivesUpWhatHoldsNothingAboveThePosition(long position, int dropped)
    {
        _row.DropThrough(position);

        Assert.Equal(_segments[dropped..^1], _row.GetClosed().Select(closed => closed.Segment));
        Assert.All(_segments[..dropped], segment => Assert.False(File.Exists(segment.Path)));
        Assert.All(_segments[dropped..], segment => Assert.True(File.Exists(segment.Path)));
        AssertBytes((3 - dropped) * SegmentBytes);
    }

    private void AssertBytes(long bytes)
    {
        using var reader = new CounterReader("aspirekv.wal.size", _meters);
        Assert.Equal(bytes, _row.Bytes);
        Assert.Equal(bytes, reader.Read());
    }

    private Segment Create(long firstPosition) => _factory.Create(firstPosition, out _)!;
}
