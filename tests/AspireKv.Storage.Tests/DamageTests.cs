using AspireKv.Cluster.Keys;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

public sealed class DamageTests : IDisposable
{
    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("UPDATE entries SET entry = x'00'")]
    [InlineData("UPDATE entries SET stamp_sequence = stamp_sequence + 1")]
    [InlineData("UPDATE entries SET is_tombstone = 1")]
    [InlineData("UPDATE entries SET stamp_node = stamp_node + 1")]
    [InlineData("UPDATE entries SET checksum = checksum + 1")]
    [InlineData("UPDATE entries SET key = x'64656661756C740062'")]
    public async Task Find_ARowThatDoesNotFitItsChecksum_IsDamageAndNotAValue(string change)
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        await CheckpointedAsync();
        Sql(change);
        await using var engine = _fixture.Open();

        Assert.Throws<StorageDamagedException>(
            () => engine.Find(0, Records.Key(change.Contains("SET key", StringComparison.Ordinal) ? "b" : "a")));

        Assert.IsType<StorageDamagedException>(engine.Failure);
        Assert.Throws<StorageUnavailableException>(() => engine.Append(Records.Put(0, "b", 9, "x")));
    }

    [Theory]
    [InlineData("UPDATE partitions SET snapshot = x'00'")]
    [InlineData("UPDATE meta SET node = 2")]
    [InlineData("UPDATE meta SET incarnation = 1")]
    [InlineData("UPDATE meta SET format_version = 9")]
    [InlineData("UPDATE meta SET applied_position = 1000")]
    [InlineData("UPDATE meta SET applied_position = 0")]
    [InlineData("UPDATE meta SET applied_position = applied_position + 1")]
    [InlineData("DELETE FROM meta")]
    [InlineData("UPDATE entries SET entry = x'00' WHERE partition = 0")]
    [InlineData("UPDATE entries SET key = x'2D00' WHERE partition = 0")]
    [InlineData("DELETE FROM entries WHERE partition = 0")]
    [InlineData("DELETE FROM partitions")]
    [InlineData("DELETE FROM digests WHERE partition = 0")]
    [InlineData("UPDATE digests SET row_count = row_count + 1")]
    [InlineData("UPDATE digests SET checksum = checksum + 1")]
    [InlineData("UPDATE digests SET buckets = x'00' WHERE partition = 0")]
    [InlineData(
        "INSERT INTO entries SELECT 3, key, checksum, is_tombstone, stamp_round, stamp_node, stamp_sequence, entry "
            + "FROM entries WHERE partition = 0")]
    public async Task Open_SqliteThatDoesNotFit_IsDamage(string change)
    {
        await CheckpointedAsync();
        Sql(change);

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    /// <summary>Were it taken for one, the program would fail of it, and the node would keep its files.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(ValueLimits.MaxPartitions)]
    public async Task Open_ADigestOfAPartitionThatCannotBe_IsDamage(int partition)
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        await CheckpointedAsync();
        Sql(FormattableString.Invariant($"UPDATE digests SET partition = {partition} WHERE partition = 0"));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public async Task List_ARowWithoutALegalKey_IsDamageAndNotAKey()
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        await CheckpointedAsync();
        Sql("UPDATE entries SET key = x'FF' WHERE partition = 0");
        await using var engine = _fixture.Open();

        Assert.Throws<StorageDamagedException>(() => engine.ListKeys(0, default, BucketSet.All, 10));

        Assert.IsType<StorageDamagedException>(engine.Failure);
    }

    /// <summary>What is taken for damage costs the node its files, so what only says something of the machine must not be.</summary>
    [Theory]
    [InlineData(11, 11, true)]
    [InlineData(26, 26, true)]
    [InlineData(8, 8, false)]
    [InlineData(1, 1, false)]
    [InlineData(2, 2, false)]
    [InlineData(16, 16, false)]
    [InlineData(17, 17, false)]
    [InlineData(19, 1555, false)]
    [InlineData(20, 20, false)]
    [InlineData(25, 25, false)]
    [InlineData(8, 520, false)]
    [InlineData(8, 264, false)]
    [InlineData(5, 5, false)]
    [InlineData(10, 10, false)]
    [InlineData(13, 13, false)]
    [InlineData(14, 14, false)]
    public void Explain_WhatSqliteSays_IsDamageOnlyWhereItSpeaksOfBytesItDidNotWrite(int code, int extendedCode, bool isDamage)
    {
        var exception = new SqliteException("said", code, extendedCode);

        Assert.Equal(isDamage, SqliteFaults.Explain(exception) is StorageDamagedException);
        Assert.IsType<ObjectDisposedException>(SqliteFaults.Explain(new ObjectDisposedException("connection")));
    }

    /// <summary>
    /// A fault of the program shows at all replicas at once, since they hold the same bytes. It must not cost them all their files.
    /// </summary>
    [Theory]
    [InlineData("statement")]
    [InlineData("cast")]
    [InlineData("decoder")]
    public async Task Find_AFaultOfTheProgram_FailsAndKeepsTheFiles(string fault)
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        var identity = await CheckpointedAsync();
        await using (var engine = _fixture.Open())
        {
            engine.Observer().BeforeCall = call => throw (fault switch
            {
                "statement" => new SqliteException("no such column: enty", 1),
                "cast" => new InvalidCastException("a fault of the program"),
                _ => new MalformedBytesException("a fault of the program"),
            });
            Assert.Throws<StorageUnavailableException>(() => engine.Find(0, Records.Key("a")));

            Assert.NotNull(engine.Failure);
            Assert.IsNotType<StorageDamagedException>(engine.Failure);
            Assert.False(engine.MayBeginAnew);
        }

        await using var reopened = _fixture.OpenOrSetAside();
        Assert.Equal(identity, reopened.Identity);
        Assert.NotNull(reopened.Find(0, Records.Key("a")));
    }

    /// <summary>A row that fits its checksum is what was written, even where this program cannot read it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Find_AWholeRowThatCannotBeRead_FailsAndKeepsTheFiles(bool isKey)
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        var identity = await CheckpointedAsync();
        var key = isKey ? [0xFF] : Records.Key("a").Bytes.ToArray();
        var checksum = RowChecksum.Of(0, key, [0xEE]);
        Sql(FormattableString.Invariant(
            $"UPDATE entries SET key = x'{Convert.ToHexString(key)}', entry = x'EE', checksum = {checksum} WHERE partition = 0"));
        await using (var engine = _fixture.OpenOrSetAside())
        {
            if (isKey)
            {
                Assert.Throws<StorageUnavailableException>(() => engine.ListKeys(0, default, BucketSet.All, 10));
            }
            else
            {
                Assert.Throws<StorageUnavailableException>(() => engine.Find(0, Records.Key("a")));
            }

            Assert.NotNull(engine.Failure);
        }

        await using var reopened = _fixture.OpenOrSetAside();
        Assert.Equal(identity, reopened.Identity);
        Assert.False(Directory.Exists(_fixture.File("damaged-1")));
    }

    [Fact]
    public async Task Open_AWholeRowThatCannotBeRead_IsRefusedAndLeftAlone()
    {
        await CheckpointedAsync();
        var key = Records.Key("a").Bytes.ToArray();
        var checksum = RowChecksum.Of(0, key, [0xEE]);
        Sql(FormattableString.Invariant($"UPDATE entries SET entry = x'EE', checksum = {checksum} WHERE partition = 0"));

        Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());
        Assert.False(Directory.Exists(_fixture.File("damaged-1")));
    }

    [Fact]
    public async Task Open_AFileThatMayNotBeWritten_IsRefusedAndLeftAlone()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        await CheckpointedAsync();
        File.SetUnixFileMode(_fixture.File("entries.sqlite"), UnixFileMode.UserRead);

        Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());
        Assert.False(Directory.Exists(_fixture.File("damaged-1")));
    }

    [Fact]
    public async Task Open_AWholeRecordOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        await CheckpointedAsync();
        var path = Directory.GetFiles(_fixture.WalDirectory, "*.wal").Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(path);
        var header = SegmentHeader.Decode(bytes);
        var scan = new SegmentScan(bytes, header.FirstPosition, header.Salt);
        scan.Run(long.MaxValue, static _ => { });
        var frame = bytes.AsSpan(scan.EndOffset);
        Frame.Begin(frame, 1, scan.NextPosition);
        frame[Frame.HeaderBytes] = 0xEE;
        Frame.Finish(frame, scan.NextPosition - 1, header.Salt);
        File.WriteAllBytes(path, bytes);

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_fixture.File("damaged-1")));
    }

    [Fact]
    public async Task Find_SqliteThatWasRemovedMeanwhile_IsDamage()
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        await CheckpointedAsync();
        await using var engine = _fixture.Open();
        engine.Observer().BeforeCall = static _ => throw new SqliteException("unable to open database file", 14);
        File.Delete(_fixture.File("entries.sqlite"));

        Assert.Throws<StorageDamagedException>(() => engine.Find(0, Records.Key("a")));
        Assert.IsType<StorageDamagedException>(engine.Failure);
    }

    [Fact]
    public async Task Open_SqliteOfALaterVersion_IsRefusedByItsVersion()
    {
        var identity = await CheckpointedAsync();
        var checksum = RowChecksum.Of(9, identity.Node.Value, (long)identity.Incarnation, 1);
        Sql(FormattableString.Invariant($"UPDATE meta SET format_version = 9, applied_position = 1, checksum = {checksum}"));

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.Open());

        Assert.Contains("format version 9", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SqliteOfAnEarlierVersion_IsRefusedByItsVersion()
    {
        await CheckpointedAsync();
        Sql("UPDATE meta SET format_version = 2");
        Sql("ALTER TABLE meta DROP COLUMN checksum", changes: false);

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());

        Assert.Contains("format version 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SqliteThatIsGone_IsDamage()
    {
        await CheckpointedAsync();
        File.Delete(_fixture.File("entries.sqlite"));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public async Task Open_SqliteThatIsNoDatabase_IsDamage()
    {
        await CheckpointedAsync();
        File.WriteAllBytes(_fixture.File("entries.sqlite"), [.. Enumerable.Repeat((byte)7, 8192)]);

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("founding")]
    public async Task Open_AHarmedFile_IsDamageThatNamesIt(string name)
    {
        await CheckpointedAsync();
        var path = _fixture.File(name);
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            var flipped = whole.ToArray();
            flipped[i] ^= 1;
            File.WriteAllBytes(path, flipped);

            var damage = Assert.Throws<StorageDamagedException>(() => _fixture.Open());

            Assert.Contains(path, damage.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_DataWithoutAnIdentity_IsDamageAndNotANewNode()
    {
        await CheckpointedAsync();
        File.Delete(_fixture.File("identity"));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public async Task Open_NoSegmentAtAll_IsDamage()
    {
        await CheckpointedAsync();
        Directory.Delete(_fixture.WalDirectory, recursive: true);

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    [Fact]
    public async Task Open_ASegmentOfAnotherNode_IsDamage()
    {
        using var other = new StorageFixture { Node = new(2) };
        await using (other.Open())
        {
        }

        await CheckpointedAsync();
        foreach (var path in Directory.GetFiles(_fixture.WalDirectory))
        {
            File.Delete(path);
        }

        var foreign = Directory.GetFiles(other.WalDirectory).Single();
        File.Copy(foreign, Path.Combine(_fixture.WalDirectory, Path.GetFileName(foreign)));

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    /// <summary>A directory whose early segments are dropped already, so that SQLite alone holds the first entry.</summary>
    private async Task<NodeIdentity> CheckpointedAsync()
    {
        await using var engine = _fixture.Open();
        engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
        engine.Append(new AspireKv.Cluster.Replicas.BallotPromised(0, new(1, new(1))));
        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        Assert.True(engine.Checkpoint());
        for (var i = 0; i < 3; i++)
        {
            engine.AppendDurably(Records.Put(1, "large", i + 2, new string('x', 40_000)));
            Assert.True(engine.Checkpoint());
        }

        return engine.Identity;
    }

    private void Sql(string text, bool changes = true)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        Assert.True(command.ExecuteNonQuery() > 0 || !changes, $"'{text}' changed nothing");
    }
}
