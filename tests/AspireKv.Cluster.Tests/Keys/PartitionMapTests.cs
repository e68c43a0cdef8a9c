using AspireKv.Cluster.Keys;
using CsCheck;

namespace AspireKv.Cluster.Tests.Keys;

public sealed class PartitionMapTests
{
    private static readonly Gen<PartitionMap> Maps = Gen.Int[0, 16].Select(bits => new PartitionMap(1 << bits));

    [Theory]
    [InlineData(1, 0xffff_ffff_ffff_ffff, 0)]
    [InlineData(2, 0x7fff_ffff_ffff_ffff, 0)]
    [InlineData(2, 0x8000_0000_0000_0000, 1)]
    [InlineData(256, 0x8ca7_c574_4124_e701, 0x8c)]
    [InlineData(65_536, 0x8ca7_c574_4124_e701, 0x8ca7)]
    public void PartitionOf_Hash_IsItsTopBits(int count, ulong hash, int expected)
    {
        Assert.Equal(expected, new PartitionMap(count).PartitionOf(hash));
    }

    [Fact]
    public void PartitionOf_Key_IsThatOfItsHash()
    {
        Assert.Equal(0x8c, new PartitionMap(256).PartitionOf(StoreKey.Create("default", "foo"u8)));
    }

    [Fact]
    public void PartitionOf_AnyHash_IsThePartitionWhoseRangeHoldsIt()
    {
        Gen.Select(Maps, Gen.ULong).Sample((map, hash) => map.GetPartition(map.PartitionOf(hash)).Contains(hash));
    }

    [Fact]
    public void GetPartition_AllInTurn_CoverTheKeySpaceWithoutGapOrOverlap()
    {
        Maps.Sample(map =>
        {
            var next = 0UL;
            for (var index = 0; index < map.Count; index++)
            {
                var partition = map.GetPartition(index);
                Assert.Equal((index, next), (partition.Index, partition.Start));
                next = partition.End + 1;
            }

            Assert.Equal(0UL, next);
        });
    }

    [Theory]
    [InlineData(0x3fff_ffff_ffff_ffff, false)]
    [InlineData(0x4000_0000_0000_0000, true)]
    [InlineData(0x7fff_ffff_ffff_ffff, true)]
    [InlineData(0x8000_0000_0000_0000, false)]
    public void Contains_HashAtABound_IsTrueWithinOnly(ulong hash, bool isWithin)
    {
        Assert.Equal(isWithin, new PartitionMap(4).GetPartition(1).Contains(hash));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(3)]
    [InlineData(131_072)]
    public void Constructor_CountThatIsNoPowerOfTwoInRange_Throws(int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartitionMap(count));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    public void GetPartition_IndexOutOfRange_Throws(int index)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartitionMap(8).GetPartition(index));
    }
}
