using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Memtables;

namespace AspireKv.Storage.Tests;

public sealed class MemtableTests
{
    private const int SlotBytes = 240;

    private static readonly int KeyBytes = Records.Key("a").Length;

    private readonly Memtable _memtable = new();

    [Fact]
    public void Bytes_OfAKeyThatIsSetAgain_AreThoseOfItsLastSlot()
    {
        _memtable.Set(Records.Key("a"), new MemtableSlot(Records.Value(1, "0123456789"), null));
        Assert.Equal(SlotBytes + KeyBytes + 10, _memtable.Bytes);

        _memtable.Set(Records.Key("a"), new MemtableSlot(Records.Value(2, "0123"), null));
        Assert.Equal(SlotBytes + KeyBytes + 4, _memtable.Bytes);

        _memtable.Set(Records.Key("b"), MemtableSlot.Absent);
        Assert.Equal((2 * (SlotBytes + KeyBytes)) + 4, _memtable.Bytes);
    }

    [Fact]
    public void Empty_HoldsNothingButThat()
    {
        Assert.True(_memtable.IsEmpty);
        _memtable.Set(Records.Key("a"), new MemtableSlot(Records.Value(1, "x"), null));

        _memtable.Empty();

        Assert.Empty(_memtable.Slots);
        Assert.Equal(0, _memtable.Bytes);
        Assert.True(_memtable.IsEmptied);
        Assert.False(_memtable.IsEmpty);
    }

    [Fact]
    public void Snapshot_Alone_IsAChange()
    {
        _memtable.Snapshot = ReplicaSnapshot.Empty;

        Assert.False(_memtable.IsEmpty);
    }

    [Fact]
    public void Slot_OfNoEntry_IsAbsentUnlessItDropsStamps()
    {
        Assert.True(MemtableSlot.Absent.IsAbsent);
        Assert.False(new MemtableSlot(null, [Records.Stamp(1)]).IsAbsent);
        Assert.False(new MemtableSlot(Records.Value(1, "x"), null).IsAbsent);
    }
}
