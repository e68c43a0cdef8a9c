using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>How SQLite is told to keep its file, and what becomes of the files beside it.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly NodeIdentity Identity = new(new(1), 0x1112131415161718);

    private readonly TempDirectory _directory = new();

    private string Path => _directory.File("entries.sqlite");

    public void Dispose() => _directory.Dispose();

    /// <summary>What a checkpoint committed must survive a power cut, since the write-ahead log behind it is dropped.</summary>
    [Theory]
    [InlineData("synchronous", 2L)]
    [InlineData("fullfsync", 1L)]
    [InlineData("checkpoint_fullfsync", 1L)]
    [InlineData("journal_mode", "wal")]
    [InlineData("auto_vacuum", 2L)]
    public void Open_MadeOrMadeBefore_SetsHowSqliteKeepsItsFile(string pragma, object value)
    {
        for (var i = 0; i < 2; i++)
        {
            using var file = SqliteFile.Open(Path, Identity);
            using var command = file.Connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            Assert.Equal(value, command.ExecuteScalar());
        }
    }

    /// <summary>SQLite removes the files beside its own when the last connection is closed.</summary>
    [Theory]
    [InlineData(1, 0x1112131415161719)]
    [InlineData(2, 0x1112131415161718)]
    public void Open_OfAnotherNodeOrLife_IsRefusedAndHoldsNothingOpen(int node, ulong incarnation)
    {
        using (SqliteFile.Open(Path, Identity))
        {
        }

        Assert.Equal([Path], Directory.GetFiles(_directory.Path));

        Assert.Throws<StorageDamagedException>(() => SqliteFile.Open(Path, new(new(node), incarnation)));

        Assert.Equal([Path], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Bytes_OfTheFileAndOfItsJournal_AreThoseOnTheDisk()
    {
        using var file = SqliteFile.Open(Path, Identity);

        Assert.True(file.Exists);
        Assert.Equal(new FileInfo(Path).Length, file.Bytes);
        Assert.Equal(new FileInfo(Path + "-wal").Length, file.JournalBytes);
        Assert.NotEqual(0, file.Bytes);
        Assert.NotEqual(0, file.JournalBytes);
    }

    [Fact]
    public void Bytes_OfFilesThatAreGone_AreNone()
    {
        using var file = SqliteFile.Open(Path, Identity);
        Array.ForEach(Directory.GetFiles(_directory.Path), File.Delete);

        Assert.False(file.Exists);
        Assert.Equal((0, 0), (file.Bytes, file.JournalBytes));
    }

    /// <summary>Another program that looks at the file keeps SQLite from removing what lies beside it.</summary>
    [Fact]
    public void DeleteUnused_WhileAnotherProgramReads_LeavesNoFile()
    {
        using (SqliteFile.Open(Path, Identity))
        {
        }

        using var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "SELECT count(*) FROM meta";
        command.ExecuteScalar();
        Assert.Equal(3, Directory.GetFiles(_directory.Path).Length);

        SqliteFile.DeleteUnused(Path);

        Assert.Empty(Directory.GetFiles(_directory.Path));
    }
}
