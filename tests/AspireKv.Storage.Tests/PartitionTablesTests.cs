using AspireKv.Encoding;
using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

public sealed class PartitionTablesTests
{
    private const long CacheBytes = 4_000;

    private readonly PartitionTables _tables = new(CacheBytes);

    [Fact]
    public void Table_OfAPartition_IsMadeOnce()
    {
        var (five, one, six) = (_tables[5], _tables[1], _tables[6]);

        Assert.Same(five, _tables[5]);
        Assert.Same(one, _tables[1]);
        Assert.Same(six, _tables[6]);
        Assert.NotSame(five, one);
        Assert.NotSame(five, six);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(ValueLimits.MaxPartitions)]
    public void Table_OfAPartitionThatCannotBe_IsRefused(int partition) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _tables[partition]);

    [Fact]
    public void CacheBytes_AreSharedByTheTablesThatThereAre()
    {
        Assert.Equal(3_000, _tables.CacheBytesPerPartition);
        _ = (_tables[0], _tables[7], _tables[7]);
        Assert.Equal(1_500, _tables.CacheBytesPerPartition);
    }

    /// <summary>A quarter is for the entries that are too large for the share of one partition.</summary>
    [Theory]
    [InlineData(900, true)]
    [InlineData(1_100, false)]
    public void LargeEntry_IsKeptWithinAQuarter(int bytes, bool isKept)
    {
        _ = (_tables[1], _tables[2], _tables[3]);
        _tables[0].HasRows = true;
        var key = Records.Key("a");
        var entry = Records.Value(1, new string('x', bytes - 240 - key.Length));

        var before = _tables[0].Find(key, _tables.CacheBytesPerPartition);
        Assert.True(_tables[0].TryResolve(key, entry, before.Version, _tables.CacheBytesPerPartition, out _));

        Assert.Equal(isKept, _tables[0].Find(key, _tables.CacheBytesPerPartition).IsKnown);
    }

    [Fact]
    public void Freeze_IsOfTheTablesThatChanged()
    {
        foreach (var partition in (int[])[4, 0, 2])
        {
            lock (_tables[partition].Gate)
            {
                if (partition != 2)
                {
                    _tables[partition].Apply(Records.Put(partition, "a", 1, "x"));
                }
            }
        }

        var frozen = _tables.Freeze();

        Assert.Equal([(0, _tables[0]), (4, _tables[4])], frozen.Select(each => (each.Partition, each.Table)));
        Assert.All(frozen, each => Assert.Single(each.Changes.Slots));
        Assert.Empty(_tables.Freeze());
    }
}
