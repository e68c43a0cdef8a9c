using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

/// <summary>What the metrics say of failures, by kind.</summary>
public sealed class FailureMetricsTests : IDisposable
{
    private readonly StorageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Failure_OfTheWal_IsCountedAndStays()
    {
        using var failures = new CounterReader("aspirekv.storage.failures", _fixture.Meters);
        using var failed = new CounterReader("aspirekv.storage.failed", _fixture.Meters);
        var files = new FaultFileSystem(_fixture.Files);
        _fixture.Files = files;
        await using var engine = _fixture.Open();
        Assert.Equal((0, 0), (failures.Read(), failed.Read()));
        files.FailOnce("sync");

        Assert.Throws<StorageUnavailableException>(() => engine.AppendDurably(Records.Put(0, "a", 1, "x")));

        Assert.True(SpinWait.SpinUntil(() => failed.Read() == 1, TimeSpan.FromSeconds(30)), "the failure was not measured");
        Assert.Equal((1, 1), (failures.Read(), failures.Read("kind", "wal")));
    }

    [Fact]
    public async Task Damage_AtAStart_IsCountedWithWhatIsSetAside()
    {
        using var failures = new CounterReader("aspirekv.storage.failures", _fixture.Meters);
        using var aside = new CounterReader("aspirekv.storage.set_aside", _fixture.Meters);
        await (_fixture.Open()).DisposeAsync();
        Assert.Equal((0, 0), (failures.Read(), aside.Read()));
        File.WriteAllText(_fixture.File("damage"), "harmed");

        await using var engine = _fixture.OpenOrSetAside();

        Assert.Equal((1, 1), (failures.Read("kind", "damage"), aside.Read()));
        Assert.Equal("harmed", File.ReadAllText(_fixture.File("damaged-1", "damage")).TrimEnd());
    }

    [Theory]
    [InlineData("damaged-1", 1)]
    [InlineData("damaged-12", 12)]
    [InlineData("damaged-0", null)]
    [InlineData("damaged--1", null)]
    [InlineData("damaged-", null)]
    [InlineData("damaged-x", null)]
    [InlineData("Damaged-1", null)]
    [InlineData("1", null)]
    public void AsideNumber_OfAName_IsThatOfItsDirectory(string name, int? number) =>
        Assert.Equal(number, DirectoryLayout.AsideNumber(name));
}
