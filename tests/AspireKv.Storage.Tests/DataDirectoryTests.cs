using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>What of a directory is a node's, what is noted of it, and what is set aside.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private static readonly NodeIdentity Identity = new(new NodeId(1), 7);
    private static readonly KnownLife Other = new(new NodeId(2), 22, [new LifeMark(3, 4, 500)], [20, 21]);

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("damaged-1", 1)]
    [InlineData("damaged-12", 12)]
    [InlineData("damaged-0", null)]
    [InlineData("damaged-", null)]
    [InlineData("damaged--1", null)]
    [InlineData("damaged-1x", null)]
    [InlineData("Damaged-1", null)]
    [InlineData("another-1", null)]
    public void AsideNumber_OfAName_IsThatOfTheDirectoriesThatWereSetAside(string name, int? number) =>
        Assert.Equal(number, DirectoryLayout.AsideNumber(name));

    /// <summary>What follows what was written is not what was written.</summary>
    [Fact]
    public void Decode_WithAByteTooMany_IsRefused()
    {
        SmallFileCodec.DecodeIdentity(SmallFileCodec.Encode(Identity));
        SmallFileCodec.DecodeStarts(SmallFileCodec.Encode(7, [new LifeStart(1, 2, 3)]));
        SmallFileCodec.DecodeLives(SmallFileCodec.Encode([Other]));
        SmallFileCodec.DecodeFounding(SmallFileCodec.Encode(Records.Founding(7)));

        Refuses(SmallFileCodec.Encode(Identity), static bytes => SmallFileCodec.DecodeIdentity(bytes));
        Refuses(SmallFileCodec.Encode(7, [new LifeStart(1, 2, 3)]), static bytes => SmallFileCodec.DecodeStarts(bytes));
        Refuses(SmallFileCodec.Encode([Other]), static bytes => SmallFileCodec.DecodeLives(bytes));
        Refuses(SmallFileCodec.Encode(Records.Founding(7)), static bytes => SmallFileCodec.DecodeFounding(bytes));

        static void Refuses(byte[] bytes, Action<byte[]> decode) =>
            Assert.Throws<MalformedBytesException>(() => decode([.. bytes, 0]));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("founding")]
    [InlineData("starts")]
    [InlineData("lives")]
    [InlineData("entries.sqlite")]
    [InlineData("entries.sqlite-wal")]
    [InlineData("wal/any")]
    public void SetAside_ByAnOperatorOfOneFileAlone_MovesIt(string name)
    {
        using (OpenDirectory())
        {
            File.WriteAllText(_fixture.File(name), "left");
        }

        _fixture.Opening(_fixture.Node).SetAside();

        Assert.False(File.Exists(_fixture.File(name)));
        Assert.Equal("left", File.ReadAllText(_fixture.File("damaged-1", name)));
        Assert.Equal("An operator set these files aside.\n", File.ReadAllText(_fixture.File("damaged-1", "damage")));
    }

    /// <summary>Which cluster it is, and what the others were, stays where it is whole; nothing of another's is touched.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SetAside_OfAWholeFoundingRecordAndLives_KeepsThemUnlessAnOperatorWantsNone(bool keepsFounding)
    {
        using var directory = OpenDirectory();
        directory.WriteFounding(SmallFileCodec.Encode(Records.Founding(7)));
        new SlotFile(_fixture.Files, directory.Layout.LivesPath, ChecksummedFileKind.Lives).Write(SmallFileCodec.Encode([Other]));
        File.WriteAllText(_fixture.File("another"), "left");

        directory.Damaged.SetAside("harmed", keepsFounding);

        foreach (var name in (string[])["founding", "lives"])
        {
            Assert.Equal(keepsFounding, File.Exists(_fixture.File(name)));
            Assert.Equal(!keepsFounding, File.Exists(_fixture.File("damaged-1", name)));
        }

        Assert.True(File.Exists(_fixture.File("another")));
    }

    [Fact]
    public void NoteDamage_ASecondTime_KeepsTheFirstNote()
    {
        using var directory = OpenDirectory();
        directory.Damaged.ThrowIfNoted();
        directory.Damaged.NoteDamage("first");
        directory.Damaged.NoteDamage("second");

        var damage = Assert.Throws<StorageDamagedException>(directory.Damaged.ThrowIfNoted);

        Assert.Equal($"Damage was found in '{_fixture.Path}' before: first", damage.Message);
    }

    /// <summary>The note goes there last: without one a directory is not complete, and what is left belongs into it.</summary>
    [Fact]
    public void SetAside_BesideADirectoryWithoutANote_GoesOnInThatOne()
    {
        Directory.CreateDirectory(_fixture.File("damaged-1"));
        using var directory = OpenDirectory();
        Assert.Equal(0, directory.Damaged.TimesSetAside);

        Assert.Equal(_fixture.File("damaged-1"), directory.Damaged.SetAside("harmed"));
        Assert.Equal(_fixture.File("damaged-2"), directory.Damaged.SetAside("harmed"));
        Assert.Equal(_fixture.File("damaged-3"), directory.Damaged.SetAside("harmed"));
        Assert.Equal(3, directory.Damaged.TimesSetAside);
    }

    /// <summary>
    /// Each directory is synced after its last change: before the note moves, so that no file is missing beside it, and after it.
    /// </summary>
    [Fact]
    public void SetAside_SyncsEachDirectoryBehindItsChanges()
    {
        var files = new ListedCalls();
        using var directory = DataDirectory.Open(files, _fixture.Path);
        directory.WriteFounding(SmallFileCodec.Encode(Records.Founding(7)));
        directory.WriteIdentity(Identity);
        File.WriteAllText(_fixture.File("wal/any"), "left");
        files.Calls.Clear();

        directory.Damaged.SetAside("harmed", keepsFounding: false);

        var aside = _fixture.File("damaged-1");
        var asideWal = Path.Combine(aside, "wal");
        var calls = files.Calls;
        var founding = calls.IndexOf($"rename {Path.Combine(aside, "founding")}");
        var note = calls.IndexOf($"rename {_fixture.File("damage")}");
        var segment = calls.IndexOf($"rename {Path.Combine(asideWal, "any")}");
        var identity = calls.IndexOf($"rename {Path.Combine(aside, "identity")}");
        var end = calls.IndexOf($"rename {Path.Combine(aside, "damage")}");
        Assert.True(founding >= 0 && founding < note && note < segment && note < identity && Math.Max(segment, identity) < end);
        AssertSynced(founding, note, aside, _fixture.Path);
        AssertSynced(segment, end, asideWal, _fixture.WalDirectory);
        AssertSynced(identity, end, aside, _fixture.Path);
        AssertSynced(end, calls.Count, aside, _fixture.Path);

        void AssertSynced(int after, int before, params string[] directories)
        {
            foreach (var path in directories)
            {
                Assert.Contains($"sync {path}", calls.Take(before).Skip(after));
            }
        }
    }

    /// <summary>No cut leaves the founding record with a node that begins without memory, which an operator did not want.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public async Task SetAside_ByAnOperator_PowerCutAtEveryCall_IsAllOrNothing(double keep)
    {
        for (var call = 1; ; call++)
        {
            using var fixture = new StorageFixture();
            ulong incarnation;
            await using (var engine = fixture.Open())
            {
                incarnation = engine.Identity.Incarnation;
                engine.WriteFounding(Records.Founding(incarnation));
                for (var i = 1; i <= 4; i++)
                {
                    engine.AppendDurably(Records.Put(0, $"key{i}", i, new string('x', 40_000)));
                }
            }

            var files = new FaultFileSystem(fixture.Files);
            fixture.Files = files;
            files.LosePowerAt(call);
            try
            {
                fixture.Opening(fixture.Node).SetAside();
            }
            catch (DataDirectoryException)
            {
            }

            var wasCut = files.Failures > 0;
            files.PowerCut(() => keep);
            await using var next = fixture.OpenOrSetAside();
            if (next.Identity.Incarnation == incarnation)
            {
                Assert.NotNull(next.Founding);
                Assert.NotNull(next.Find(0, Records.Key("key4")));
            }
            else
            {
                Assert.Null(next.Founding);
                Assert.True(next.ForgotFounding);
            }

            if (!wasCut)
            {
                Assert.NotEqual(incarnation, next.Identity.Incarnation);
                Assert.InRange(call, 10, 100);
                return;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_WhereTheLockCannotBeTaken_IsRefusedInOneLine(bool mayNot)
    {
        var files = new ListedCalls { LockFailure = mayNot ? new UnauthorizedAccessException("denied") : new IOException("denied") };

        var refused = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(files, _fixture.Path));

        Assert.Contains("cannot be written or locked: denied", refused.Message, StringComparison.Ordinal);
    }

    private DataDirectory OpenDirectory() => DataDirectory.Open(_fixture.Files, _fixture.Path);

    /// <summary>The files of the machine; lists what is renamed, by its new name, and which directories are synced.</summary>
    private sealed class ListedCalls : DelegatingFiles
    {
        public List<string> Calls { get; } = [];

        public Exception? LockFailure { get; init; }

        protected override IFileSystem Inner { get; } = new PhysicalFileSystem();

        public override void Rename(string from, string to)
        {
            Calls.Add($"rename {to}");
            base.Rename(from, to);
        }

        public override void SyncDirectory(string path)
        {
            Calls.Add($"sync {path}");
            base.SyncDirectory(path);
        }

        public override IDisposable? TryLock(string path) => LockFailure is { } failure ? throw failure : base.TryLock(path);
    }
}
