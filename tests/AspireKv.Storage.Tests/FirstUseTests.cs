using AspireKv.Storage.Failures;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>A directory without an identity: what a first start left is cleared, and anything that may be data is not.</summary>
public sealed class FirstUseTests : IDisposable
{
    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Open_WhatAFirstStartLeft_ClearsIt()
    {
        await (_fixture.Open()).DisposeAsync();
        File.Delete(_fixture.File("identity"));
        File.Delete(_fixture.File("starts"));
        File.WriteAllBytes(Path.Combine(_fixture.WalDirectory, SegmentNames.SpareNameOf(3)), new byte[10]);
        File.WriteAllBytes(Path.Combine(_fixture.WalDirectory, SegmentNames.SpareNameOf(4)), new byte[10]);
        File.WriteAllBytes(Path.Combine(_fixture.WalDirectory, SegmentNames.SpareNameOf(5) + ".new"), new byte[10]);
        File.WriteAllBytes(_fixture.File("identity.new"), new byte[10]);

        await using var engine = _fixture.Open();

        Assert.Equal([SegmentNames.NameOf(1)], Directory.GetFiles(_fixture.WalDirectory).Select(Path.GetFileName));
        Assert.False(File.Exists(_fixture.File("identity.new")));
        Assert.Equal(1, engine.AppendDurably(Records.Put(0, "a", 1, "x")));
        Assert.True(engine.Checkpoint());
    }

    /// <summary>As after a crash before the tables were made.</summary>
    [Fact]
    public async Task Open_AnEmptySqliteWithItsJournal_ClearsIt()
    {
        Directory.CreateDirectory(_fixture.Path);
        Sql("CREATE TABLE other (id INTEGER)");
        File.WriteAllBytes(_fixture.File("entries.sqlite-wal"), []);
        File.WriteAllBytes(_fixture.File("entries.sqlite-shm"), []);

        await using var engine = _fixture.Open();

        Assert.Equal(0L, Sql("SELECT count(*) FROM sqlite_schema WHERE name = 'other'"));
        Assert.Equal(1L, Sql("SELECT count(*) FROM meta"));
    }

    [Theory]
    [InlineData("position")]
    [InlineData("segment")]
    [InlineData("founding")]
    [InlineData("founding with sqlite")]
    [InlineData("no database")]
    public async Task Open_WhatMayBeData_IsDamage(string left)
    {
        await using (var engine = _fixture.Open())
        {
            if (left.StartsWith("founding", StringComparison.Ordinal))
            {
                engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
            }
        }

        File.Delete(_fixture.File("identity"));
        var segment = Directory.GetFiles(_fixture.WalDirectory).Single();
        switch (left)
        {
            case "position":
                Sql("UPDATE meta SET applied_position = 1");
                break;
            case "segment":
                File.Move(segment, Path.Combine(_fixture.WalDirectory, SegmentNames.NameOf(2)));
                break;
            case "founding with sqlite":
                File.Delete(segment);
                break;
            case "no database":
                File.WriteAllBytes(_fixture.File("entries.sqlite"), [.. Enumerable.Repeat((byte)7, 8192)]);
                break;
        }

        Assert.Throws<StorageDamagedException>(() => _fixture.Open());
    }

    /// <summary>A founding record alone is what is left where damaged files were set aside.</summary>
    [Fact]
    public async Task Open_AFoundingRecordAlone_BeginsWithIt()
    {
        await using (var engine = _fixture.Open())
        {
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
        }

        File.Delete(_fixture.File("identity"));
        File.Delete(_fixture.File("entries.sqlite"));
        Array.ForEach(Directory.GetFiles(_fixture.WalDirectory), File.Delete);

        await using var reopened = _fixture.Open();

        Assert.NotNull(reopened.Founding);
    }

    [Fact]
    public void Open_OnADiskWithoutRoom_IsRefusedInOneLine()
    {
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        files.FailEach("allocate", FaultFileSystem.NoSpace);

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.Open());

        Assert.Contains("no room on its disk", refused.Message, StringComparison.Ordinal);
    }

    private object? Sql(string text)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }
}
