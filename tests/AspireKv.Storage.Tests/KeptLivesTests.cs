using AspireKv.Cluster.Lives;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

public sealed class KeptLivesTests : IDisposable
{
    private static readonly KnownLife Other = new(new NodeId(2), 22, [new LifeMark(3, 4, 500)], [20, 21]);

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

    [Fact]
    public async Task Starts_OnceAllKnowOfTheLast_AreFew()
    {
        const int Opened = KeptLives.StartsKeptOnceKnown + 2;
        for (var start = 1; start < Opened; start++)
        {
            await (_fixture.Open()).DisposeAsync();
        }

        await using var last = _fixture.Open();
        Assert.Equal(Opened, last.Lives.Starts.Count);

        last.Lives.DropEarlierStarts();

        Assert.Equal((3, Opened), (last.Lives.Starts[0].Number, last.Lives.Starts[^1].Number));
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
