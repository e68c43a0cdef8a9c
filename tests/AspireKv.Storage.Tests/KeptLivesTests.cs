using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

public sealed class KeptLivesTests : IDisposable
{
    private static readonly KnownLife Other = new(new NodeId(2), 22, [new LifeMark(3, 4, 500)], [20, 21]);

    private static readonly NodeIdentity Identity = new(new NodeId(1), 7);

    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Start_EachOne_NamesThoseBefore()
    {
        await using (var first = _fixture.Open())
        {
            first.AppendDurably(Records.Put(0, "key", 1, "value"));
        }

        await using var second = _fixture.Open();

        Assert.Equal([1, 2], second.Lives.Starts.Select(start => start.Number));
        Assert.NotEqual(second.Lives.Starts[0].Word, second.Lives.Word);
        Assert.True(second.Lives.Starts[1].Position > second.Lives.Starts[0].Position);
        Assert.Equal(second.DurablePosition, second.Lives.Starts[1].Position);
    }

    [Theory]
    [InlineData(ValueLimits.MaxStarts - 1, 1)]
    [InlineData(ValueLimits.MaxStarts, 2)]
    public void Begin_AfterManyStarts_KeepsAsManyAsThereMayBe(int earlier, int first)
    {
        using var directory = OpenDirectory();
        WriteStarts(directory, earlier);

        using (var begun = Begin(directory, position: 77))
        {
            Assert.Equal(Enumerable.Range(first, ValueLimits.MaxStarts), begun.Starts.Select(static start => (int)start.Number));
            Assert.Equal((begun.Word, 77), (begun.Starts[^1].Word, begun.Starts[^1].Position));
        }

        using var again = Begin(directory, position: 78);
        Assert.Equal(earlier + 2, again.Starts[^1].Number);
    }

    [Fact]
    public void Begin_OverStartsOfAnotherLife_BeginsWithTheFirst()
    {
        using var directory = OpenDirectory();
        WriteStarts(directory, 3);

        using var begun = KeptLives.Begin(_fixture.Files, directory, Identity with { Incarnation = 8 }, position: 77);

        Assert.Equal(1, Assert.Single(begun.Starts).Number);
    }

    [Fact]
    public void DropEarlierStarts_OnceAllKnowOfTheLast_LeavesFew()
    {
        using var directory = OpenDirectory();
        WriteStarts(directory, KeptLives.StartsKeptOnceKnown + 1);
        using (var begun = Begin(directory, position: 77))
        {
            Assert.Equal(KeptLives.StartsKeptOnceKnown + 2, begun.Starts.Count);

            begun.DropEarlierStarts();

            Assert.Equal(KeptLives.StartsKeptOnceKnown, begun.Starts.Count);
            Assert.Equal((3, 34), (begun.Starts[0].Number, begun.Starts[^1].Number));
        }

        using var again = Begin(directory, position: 78);
        Assert.Equal((3, 35), (again.Starts[0].Number, again.Starts[^1].Number));
    }

    /// <summary>The directory may be another process's by then.</summary>
    [Fact]
    public void Dispose_LeavesTheFilesAlone()
    {
        using var directory = OpenDirectory();
        WriteStarts(directory, KeptLives.StartsKeptOnceKnown + 1);
        var begun = Begin(directory, position: 77);
        var before = File.ReadAllBytes(_fixture.File("starts"));

        begun.Dispose();
        begun.Keep([Other]);
        begun.DropEarlierStarts();
        begun.Forsake("The others know better.");

        Assert.Equal(before, File.ReadAllBytes(_fixture.File("starts")));
        Assert.False(File.Exists(_fixture.File("lives")));
        Assert.False(File.Exists(_fixture.File("damage")));
        Assert.Empty(begun.Known);
    }

    [Fact]
    public async Task Keep_SurvivesARestart()
    {
        await using (var first = _fixture.Open())
        {
            first.Lives.Keep([Other with { Incarnation = 21 }]);
            first.Lives.Keep([Other]);
        }

        await using var second = _fixture.Open();
        AssertKnown(second);
    }

    [Fact]
    public async Task Forsake_SetsTheFilesAsideAndKeepsWhatIsKnownOfOthers()
    {
        ulong incarnation;
        await using (var first = _fixture.Open())
        {
            incarnation = first.Identity.Incarnation;
            first.Lives.Keep([Other]);
            first.Lives.Forsake("Node 2 saw newer files.");
        }

        await using var second = _fixture.OpenOrSetAside();

        Assert.NotEqual(incarnation, second.Identity.Incarnation);
        Assert.Equal(1, Assert.Single(second.Lives.Starts).Number);
        AssertKnown(second);
        Assert.True(File.Exists(_fixture.File("damaged-1", "starts")));
    }

    [Theory]
    [InlineData("starts")]
    [InlineData("lives")]
    public async Task File_HarmedInBothSlots_IsDamageAndInOneIsNot(string name)
    {
        await using (var first = _fixture.Open())
        {
            first.Lives.Keep([Other]);
            first.Lives.Keep([Other]);
        }

        await (_fixture.Open()).DisposeAsync();
        Harm(name, 25);
        await (_fixture.Open()).DisposeAsync();

        Harm(name, 25);
        Harm(name, 64 * 1024 + 25);
        Assert.Throws<StorageDamagedException>(_fixture.Open);

        // Nothing of it is in the way of a node that begins anew.
        await (_fixture.OpenOrSetAside()).DisposeAsync();
        await (_fixture.Open()).DisposeAsync();
    }

    private DataDirectory OpenDirectory() => DataDirectory.Open(_fixture.Files, _fixture.Path);

    private KeptLives Begin(DataDirectory directory, long position) => KeptLives.Begin(_fixture.Files, directory, Identity, position);

    private void WriteStarts(DataDirectory directory, int count)
    {
        LifeStart[] starts = [.. Enumerable.Range(1, count).Select(static i => new LifeStart(i, (ulong)i, i))];
        new SlotFile(_fixture.Files, directory.Layout.StartsPath, ChecksummedFileKind.Starts)
            .Write(SmallFileCodec.Encode(Identity.Incarnation, starts));
    }

    private static void AssertKnown(StorageEngine engine)
    {
        var known = Assert.Single(engine.Lives.Known);
        Assert.Equal((Other.Node, Other.Incarnation), (known.Node, known.Incarnation));
        Assert.Equal(Other.Marks, known.Marks);
        Assert.Equal(Other.Past, known.Past);
    }

    private void Harm(string name, int offset)
    {
        using var file = File.OpenHandle(_fixture.File(name), FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, "harm"u8, offset);
    }
}
