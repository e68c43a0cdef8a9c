using System.Buffers.Binary;
using AspireKv.Storage.Codec;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Wal;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>A node whose files are damaged keeps them for whoever wants to look, and begins again without memory.</summary>
public sealed class SetAsideTests : IDisposable
{
    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("identity")]
    [InlineData("founding")]
    [InlineData("entries.sqlite")]
    [InlineData("wal")]
    public async Task OpenOrSetAside_AHarmedFile_MovesAllAndBeginsAnew(string harmed)
    {
        var incarnation = await FillAsync();
        var path = harmed == "wal" ? Directory.GetFiles(_fixture.WalDirectory, "*.wal")[0] : _fixture.File(harmed);
        var bytes = File.ReadAllBytes(path);
        bytes[harmed == "entries.sqlite" ? 0 : 20] ^= 0xff;
        File.WriteAllBytes(path, bytes);
        var files = Contents();

        await using (var engine = _fixture.OpenOrSetAside())
        {
            Assert.NotEqual(incarnation, engine.Identity.Incarnation);
            Assert.Null(engine.Find(0, Records.Key("a")));
            Assert.Equal(harmed == "founding", engine.Founding is null);
            Assert.Equal(harmed == "founding", engine.ForgotFounding);
            engine.AppendDurably(Records.Put(0, "b", 2, "y"));
        }

        Assert.Contains(path, File.ReadAllText(_fixture.File("damaged-1", "damage")), StringComparison.Ordinal);
        foreach (var (name, content) in files.Where(file => harmed == "founding" || file.Key != "founding"))
        {
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(_fixture.File("damaged-1", name))), name);
        }

        await using var reopened = _fixture.OpenOrSetAside();
        Assert.Equal(Records.Value(2, "y"), reopened.Find(0, Records.Key("b")));
        Assert.False(Directory.Exists(_fixture.File("damaged-2")));
    }

    [Fact]
    public async Task OpenOrSetAside_DamageASecondTime_KeepsBoth()
    {
        for (var i = 1; i <= 2; i++)
        {
            await FillAsync();
            File.Delete(_fixture.File("entries.sqlite"));
            await using var engine = _fixture.OpenOrSetAside();

            Assert.True(File.Exists(_fixture.File($"damaged-{i}", "identity")));
        }
    }

    [Fact]
    public async Task OpenOrSetAside_AfterDamageWasFoundWhileReading_DoesNotTrustTheFilesAgain()
    {
        _fixture.Options.Sqlite.CheckedAtStartBytes = 0;
        var incarnation = await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={_fixture.File("entries.sqlite")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE entries SET entry = x'00' WHERE partition = 0";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        await using (var engine = _fixture.OpenOrSetAside())
        {
            Assert.Equal(incarnation, engine.Identity.Incarnation);
            Assert.Throws<StorageDamagedException>(() => engine.Find(0, Records.Key("a")));
        }

        await using var reopened = _fixture.OpenOrSetAside();

        Assert.NotEqual(incarnation, reopened.Identity.Incarnation);
        Assert.Contains("does not fit its checksum", File.ReadAllText(_fixture.File("damaged-1", "damage")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Report_DamageWhileRunning_MayBeginAnewUnlessFilesWereSetAsideTooOften(int times, bool mayBeginAnew)
    {
        for (var i = 0; i < times; i++)
        {
            await FillAsync();
            File.Delete(_fixture.File("entries.sqlite"));
            await _fixture.OpenOrSetAside().DisposeAsync();
        }

        await FillAsync();
        await using var engine = _fixture.OpenOrSetAside();
        FillSegments(engine);
        HarmAndScrub(engine);

        Assert.Equal(mayBeginAnew, engine.MayBeginAnew);
        Assert.Equal(mayBeginAnew, engine.Observer().MayBeginAnew);
    }

    [Fact]
    public async Task Report_DamageThatCannotBeNoted_MayNotBeginAnew()
    {
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        await FillAsync();
        await using var engine = _fixture.OpenOrSetAside();
        FillSegments(engine);
        files.FailOnce("create");
        HarmAndScrub(engine);

        Assert.Equal(1, files.Failures);
        Assert.False(File.Exists(_fixture.File("damage")));
        Assert.False(engine.MayBeginAnew);
    }

    [Fact]
    public async Task OpenOrSetAside_FirstDirectoryDeleted_StillKnowsOfTheSecond()
    {
        for (var i = 1; i <= 2; i++)
        {
            await FillAsync();
            File.Delete(_fixture.File(i == 2 ? "identity" : "entries.sqlite"));
            if (i == 2)
            {
                File.WriteAllBytes(_fixture.File("founding"), [1, 2, 3]);
            }

            await _fixture.OpenOrSetAside().DisposeAsync();
        }

        Directory.Delete(_fixture.File("damaged-1"), recursive: true);

        await using (var engine = _fixture.OpenOrSetAside())
        {
            Assert.True(engine.ForgotFounding);
        }

        await FillAsync();
        File.Delete(_fixture.File("entries.sqlite"));
        await _fixture.OpenOrSetAside().DisposeAsync();
        Assert.True(Directory.Exists(_fixture.File("damaged-3")));
    }

    [Fact]
    public async Task NoteDamage_AfterTheDirectoryWasGivenUp_SaysNothingOfTheFilesOfTheNext()
    {
        await FillAsync();
        var late = DataDirectory.Open(_fixture.Files, _fixture.Path);
        late.Dispose();
        await using var engine = _fixture.OpenOrSetAside();

        late.Damaged.NoteDamage("a read that began before");

        Assert.False(File.Exists(_fixture.File("damage")));
    }

    [Fact]
    public async Task SetAside_ByAnOperator_MovesTheFoundingRecordToo()
    {
        await FillAsync();
        var files = Contents();
        _fixture.Opening(_fixture.Node).SetAside();
        Assert.Throws<DataDirectoryException>(_fixture.Opening(_fixture.Node).SetAside);

        foreach (var (name, content) in files)
        {
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(_fixture.File("damaged-1", name))), name);
        }

        await using var engine = _fixture.Open();
        Assert.True(engine.ForgotFounding);
    }

    [Theory]
    [InlineData("identity", 16, ChecksummedFile.CurrentVersion + 1)]
    [InlineData("founding", 16, ChecksummedFile.CurrentVersion + 1)]
    [InlineData("wal", 60, SegmentHeader.CurrentVersion + 1)]
    public async Task OpenOrSetAside_FilesOfALaterVersion_AreRefusedAndLeftAlone(string name, int checksum, int version)
    {
        await FillAsync();
        var path = name == "wal" ? Directory.GetFiles(_fixture.WalDirectory, "*.wal")[0] : _fixture.File(name);
        var bytes = File.ReadAllBytes(path);
        bytes[8]++;
        bytes[checksum] ^= 1;
        File.WriteAllBytes(path, bytes);

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());

        Assert.Contains($"format version {version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    /// <summary>What an earlier version wrote is whole, checksum and all.</summary>
    [Theory]
    [InlineData("identity")]
    [InlineData("founding")]
    public async Task OpenOrSetAside_SmallFilesOfAnEarlierVersion_AreRefusedAndLeftAlone(string name)
    {
        await FillAsync();
        var bytes = File.ReadAllBytes(_fixture.File(name));
        bytes[8]--;
        var crc = Crc32C.Finish(Crc32C.Add(Crc32C.Add(Crc32C.Start, bytes.AsSpan(0, 16)), bytes.AsSpan(20)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), crc);
        File.WriteAllBytes(_fixture.File(name), bytes);

        var refused = Assert.Throws<DataDirectoryException>(() => _fixture.OpenOrSetAside());

        Assert.Contains(
            $"format version {ChecksummedFile.CurrentVersion - 1}, and this program knows only {ChecksummedFile.CurrentVersion}",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_fixture.File(name)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public async Task OpenOrSetAside_PowerCutAtEveryCall_LosesNoFileAndTrustsNone(double keep)
    {
        for (var call = 1; ; call++)
        {
            using var fixture = new StorageFixture();
            var incarnation = await Fill(fixture);
            var segment = Directory.GetFiles(fixture.WalDirectory, "*.wal")[0];
            var bytes = File.ReadAllBytes(segment);
            bytes[100] ^= 1;
            File.WriteAllBytes(segment, bytes);
            var files = new FaultFileSystem(fixture.Files);
            fixture.Files = files;
            files.LosePowerAt(call);
            try
            {
                await fixture.OpenOrSetAside().DisposeAsync();
            }
            catch (Exception exception) when (exception is DataDirectoryException or StorageUnavailableException)
            {
            }

            var wasCut = files.Failures > 0;
            files.PowerCut(() => keep);
            var engine = fixture.OpenOrSetAside();
            Assert.NotEqual(incarnation, engine.Identity.Incarnation);
            Assert.NotNull(engine.Founding);
            Assert.Null(engine.Find(0, Records.Key("a")));
            await engine.DisposeAsync();
            Assert.Equal(
                bytes,
                Directory.GetFiles(fixture.Path, Path.GetFileName(segment), SearchOption.AllDirectories)
                    .Where(path => path.Contains("damaged-", StringComparison.Ordinal))
                    .Select(File.ReadAllBytes)
                    .Single(found => found.Length > 100 && found[100] == bytes[100]));
            if (!wasCut)
            {
                Assert.InRange(call, 10, 200);
                return;
            }
        }
    }

    private static async Task<ulong> Fill(StorageFixture fixture)
    {
        await using var engine = fixture.OpenOrSetAside();
        if (engine.Founding is null)
        {
            engine.WriteFounding(Records.Founding(engine.Identity.Incarnation));
        }

        engine.AppendDurably(Records.Put(0, "a", 1, "x"));
        for (var i = 0; i < 3; i++)
        {
            // The first segments go, and with them all of what SQLite has but the WAL has not.
            engine.AppendDurably(Records.Put(1, "large", i + 2, new string('x', 40_000)));
            Assert.True(engine.Checkpoint());
        }

        engine.AppendDurably(Records.Put(1, "a", 9, "y"));
        return engine.Identity.Incarnation;
    }

    private static void FillSegments(StorageEngine engine)
    {
        for (var i = 0; i < 3; i++)
        {
            engine.AppendDurably(Records.Put(1, "large", i + 10, new string('x', 40_000)));
        }
    }

    /// <summary>The oldest segment is closed: the scrub reads it.</summary>
    private void HarmAndScrub(StorageEngine engine)
    {
        var oldest = Directory.GetFiles(_fixture.WalDirectory, "*.wal").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(oldest);
        bytes[100] ^= 1;
        File.WriteAllBytes(oldest, bytes);
        Assert.False(engine.Scrub(static _ => true));
        Assert.IsType<StorageDamagedException>(engine.Failure);
    }

    private Task<ulong> FillAsync() => Fill(_fixture);

    private Dictionary<string, byte[]> Contents() => Directory.GetFiles(_fixture.Path, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) is var name && name != "lock" && !name.EndsWith("-shm", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(_fixture.Path, path), File.ReadAllBytes);
}
