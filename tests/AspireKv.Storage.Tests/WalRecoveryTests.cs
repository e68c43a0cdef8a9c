using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage.Tests;

public sealed class WalRecoveryTests : IDisposable
{
    private readonly WalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recovery_LastSegmentTornAtEveryByte_KeepsTheWholeRecordsBefore(bool withGarbage)
    {
        var written = _fixture.Write(1, 12);
        var path = _fixture.Segments.Single();
        var whole = File.ReadAllBytes(path);
        var ends = FrameEnds(whole);
        var random = new Random(7);
        for (var length = SegmentHeader.Bytes; length < ends[^1]; length++)
        {
            var torn = new byte[whole.Length];
            random.NextBytes(torn.AsSpan(length, withGarbage ? Math.Min(200, whole.Length - length) : 0));
            whole.AsSpan(0, length).CopyTo(torn);
            File.WriteAllBytes(path, torn);

            var (recovered, records) = _fixture.Recover();

            // A frame is whole without the up to 7 bytes of its padding.
            Assert.InRange(recovered.LastPosition, ends.Count(end => end <= length), ends.Count(end => end < length + 8));
            Assert.Equal(Math.Min(recovered.LastPosition, written.Count), records.Count);
            Assert.Equal(written.Take(records.Count), records);
            Assert.True(
                File.ReadAllBytes(path).AsSpan((int)recovered.EndOffset).IndexOfAnyExcept((byte)0) < 0,
                $"torn at {length}: the tail was not wiped");
        }
    }

    [Fact]
    public void Recovery_FileCutAtEveryByte_KeepsTheWholeRecordsBefore()
    {
        var written = _fixture.Write(1, 6);
        var path = _fixture.Segments.Single();
        var whole = File.ReadAllBytes(path);
        var ends = FrameEnds(whole);
        for (var length = SegmentHeader.Bytes; length < ends[^1]; length++)
        {
            File.WriteAllBytes(path, whole[..length]);

            var (recovered, records) = _fixture.Recover();

            Assert.Equal(ends.Count(end => end <= length), recovered.LastPosition);
            Assert.Equal(written.Take(records.Count), records);
        }
    }

    [Fact]
    public void Recovery_AfterATornTail_AppendingGoesOnThere()
    {
        var written = _fixture.Write(1, 5);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(FrameEnds(bytes)[3] + 10).Clear();
        File.WriteAllBytes(path, bytes);

        var more = _fixture.Write(10, 3);

        Assert.Equal(written.Take(4).Concat(more), _fixture.Recover().Records);
    }

    [Fact]
    public void Recovery_EveryByteFlipped_IsDamageOrAPrefixButNeverAWrongRecord()
    {
        // Five groups and the mark that closes the WAL; the mark itself is the one group that nothing vouches for.
        var written = _fixture.Write(1, 5);
        var path = _fixture.Segments.Single();
        var whole = File.ReadAllBytes(path);
        var ends = FrameEnds(whole);
        var damaged = 0;
        for (var i = 0; i < ends[^1]; i++)
        {
            var flipped = whole.ToArray();
            flipped[i] ^= 0x10;
            File.WriteAllBytes(path, flipped);
            try
            {
                var records = _fixture.Recover().Records;
                Assert.Equal(written, records);
            }
            catch (StorageDamagedException)
            {
                damaged++;
                Assert.Equal(flipped, File.ReadAllBytes(path));
            }
        }

        // All but the padding and the last mark.
        Assert.InRange(damaged, ends[^2] - (5 * 7), ends[^2]);
    }

    [Fact]
    public void Recovery_AGroupWithAHoleAndNothingAfter_IsATornTail()
    {
        using (var wal = _fixture.Open())
        {
            wal.AppendDurably(Records.Put(0, "first", 1, "x"));
        }

        // One group of four, of which the disk kept all but the second.
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        var end = FrameEnds(bytes)[^1];
        var group = new GroupBuffer();
        for (var i = 0; i < 4; i++)
        {
            var record = Records.Put(0, $"k{i}", 2 + i, "y");
            group.Add(3 + i, record);
        }

        group.Finish(synced: 2, SegmentHeader.Decode(bytes).Salt);
        group.Bytes.CopyTo(bytes.AsSpan(end));
        bytes.AsSpan(end + (group.Length / 4), group.Length / 4).Clear();
        File.WriteAllBytes(path, bytes);

        var (recovered, records) = _fixture.Recover();

        Assert.Equal(3, recovered.LastPosition);
        Assert.Equal([Records.Put(0, "first", 1, "x"), Records.Put(0, "k0", 2, "y")], records);
        Assert.InRange(recovered.TornBytes, (group.Length * 3 / 4) - 7, group.Length * 3 / 4);
    }

    /// <summary>A segment used again has values of clients behind its end, and these may hold whatever a client likes.</summary>
    [Fact]
    public void Recovery_FramesThatAClientMadeBehindTheEnd_AreNone()
    {
        var written = _fixture.Write(1, 3);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        var end = FrameEnds(bytes)[^1];
        var next = _fixture.Recover().Wal.LastPosition + 1;
        var forged = new GroupBuffer();
        for (var i = 0; i < 20; i++)
        {
            var record = Records.Put(0, "forged", 100 + i, "y");
            forged.Add(next + i, record);
        }

        forged.Finish(synced: long.MaxValue, salt: 0);
        forged.Bytes.CopyTo(bytes.AsSpan(end));
        File.WriteAllBytes(path, bytes);

        var (recovered, records) = _fixture.Recover();

        Assert.Equal(written, records);
        Assert.Equal((next - 1, 0), (recovered.LastPosition, recovered.TornBytes));
    }

    [Fact]
    public void Recovery_ZeroedRecordBelowAMark_IsDamage()
    {
        _fixture.Write(1, 5);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        var ends = FrameEnds(bytes);
        bytes.AsSpan(ends[1], ends[2] - ends[1]).Clear();
        File.WriteAllBytes(path, bytes);

        var damage = Assert.Throws<StorageDamagedException>(() => _fixture.Recover());

        Assert.Contains("position 3 was synced", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recovery_OverManySegments_ReadsAllInOrder()
    {
        var written = _fixture.Write(1, 60, valueBytes: 500);

        Assert.True(_fixture.Segments.Count > 5);
        Assert.Equal(written, _fixture.Recover().Records);
    }

    [Fact]
    public void Recovery_AnySegmentMissing_IsDamage()
    {
        _fixture.Write(1, 60, valueBytes: 500);
        foreach (var path in _fixture.Segments)
        {
            var aside = path + ".aside";
            File.Move(path, aside);

            Assert.Throws<StorageDamagedException>(() => _fixture.Recover());

            File.Move(aside, path);
        }

        Assert.Equal(60, _fixture.Recover().Records.Count);
    }

    /// <summary>The seal is on the disk before the next segment has a record, so that a missing segment is always missed.</summary>
    [Fact]
    public void Recovery_PowerCutThenTheLastSegmentMissing_IsDamage()
    {
        var files = (FaultFileSystem)_fixture.Files;
        using (var wal = _fixture.Open())
        {
            for (var i = 1; _fixture.Segments.Count < 2; i++)
            {
                wal.AppendDurably(Records.Put(0, $"key{i}", i, new string('x', 500)));
            }

            files.LosePowerAt(1);
        }

        files.PowerCut(static () => 0);
        File.Delete(_fixture.Segments[1]);

        Assert.Throws<StorageDamagedException>(() => _fixture.Recover());
    }

    /// <summary>A crash after the next segment got its name and before the old one was sealed: the next start seals it.</summary>
    [Fact]
    public void Recovery_AfterACrashBeforeTheSeal_SealsTheSegmentBeforeTheLast()
    {
        var written = WriteUntilTheSealIsDue();
        Assert.Equal(2, _fixture.Segments.Count);
        Assert.Equal(written, _fixture.Recover().Records);
        ((FaultFileSystem)_fixture.Files).PowerCut(static () => 0);
        File.Delete(_fixture.Segments[1]);

        Assert.Throws<StorageDamagedException>(() => _fixture.Recover());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Recovery_AHarmedSegmentBeforeTheLast_IsDamage(int segment)
    {
        _fixture.Write(1, 30, valueBytes: 500);
        var path = _fixture.Segments[segment];
        var bytes = File.ReadAllBytes(path);
        bytes[1000] ^= 1;
        File.WriteAllBytes(path, bytes);

        var damage = Assert.Throws<StorageDamagedException>(() => _fixture.Recover());

        Assert.Contains(path, damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recovery_AppliedPositionThatDoesNotFit_IsDamage()
    {
        _fixture.Write(1, 60, valueBytes: 500);

        Assert.Throws<StorageDamagedException>(() => _fixture.Recover(appliedPosition: 62));
        Assert.Empty(_fixture.Recover(appliedPosition: 61).Records);

        File.Delete(_fixture.Segments[0]);
        Assert.Throws<StorageDamagedException>(() => _fixture.Recover(appliedPosition: 2));
    }

    [Theory]
    [InlineData(SegmentHeader.CurrentVersion - 1)]
    [InlineData(SegmentHeader.CurrentVersion + 1)]
    public void Recovery_ASegmentOfAnotherVersion_IsRefusedByItsVersion(int version)
    {
        _fixture.Write(1, 1);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        bytes[8] = (byte)version;
        bytes[60] ^= 1;
        File.WriteAllBytes(path, bytes);

        var refused = Assert.Throws<FormatVersionException>(() => _fixture.Recover());

        Assert.Contains($"format version {version}", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The seal vouches for what is before it, and for no more.</summary>
    [Fact]
    public void Recovery_ThatSealsASegment_NamesWhatIsSynced()
    {
        var written = WriteUntilTheSealIsDue();
        _fixture.Recover();
        var bytes = File.ReadAllBytes(_fixture.Segments[0]);
        var salt = SegmentHeader.Decode(bytes).Salt;

        Assert.True(Frame.TryRead(bytes.AsSpan(FrameEnds(bytes)[^2]), salt, 1, long.MaxValue, out var seal));

        Assert.True(seal.IsSeal);
        Assert.Equal((written.Count + 1, written.Count), (seal.Position, seal.Synced));
    }

    /// <summary>What a later record does not cover must not be found there by a later start.</summary>
    [Fact]
    public void Recovery_OfATornTail_WipesIt()
    {
        _fixture.Write(1, 5);
        var path = _fixture.Segments.Single();
        var bytes = File.ReadAllBytes(path);
        var end = FrameEnds(bytes)[^2];
        bytes[end + 4] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.True(_fixture.Recover().Wal.TornBytes > 0);

        var wiped = File.ReadAllBytes(path);
        Assert.Equal(bytes[..end], wiped[..end]);
        Assert.All(wiped[end..], value => Assert.Equal(0, value));
    }

    /// <summary>Writes until the power goes right after a second segment got its name; returns what was durable.</summary>
    private List<ReplicaRecord> WriteUntilTheSealIsDue()
    {
        // To make the segment, to allocate its room, to write and to sync its header, to rename it, to sync the directory; then the seal.
        const int CallsToTheSeal = 7;
        const int RecordsOfASegment = 7;
        var files = (FaultFileSystem)_fixture.Files;
        var written = new List<ReplicaRecord>();
        using (var wal = _fixture.Open())
        {
            for (var i = 1; i <= RecordsOfASegment; i++)
            {
                written.Add(Records.Put(0, $"key{i}", i, new string('x', 500)));
                wal.AppendDurably(written[^1]);
            }

            Assert.Single(_fixture.Segments);
            files.LosePowerAt(files.Calls + CallsToTheSeal);
            Assert.False(wal.TryAppendDurably(Records.Put(0, "next", RecordsOfASegment + 1, new string('x', 500))));
        }

        files.PowerCut(static () => 0);
        return written;
    }

    /// <summary>Where the frames end, with their padding.</summary>
    private static List<int> FrameEnds(byte[] segment)
    {
        var ends = new List<int>();
        var offset = SegmentHeader.Bytes;
        var salt = SegmentHeader.Decode(segment).Salt;
        while (Frame.TryRead(segment.AsSpan(offset), salt, 1, long.MaxValue, out var frame))
        {
            offset += frame.Size;
            ends.Add(offset);
        }

        return ends;
    }
}
