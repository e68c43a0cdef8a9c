using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>A directory is one process's alone, or is not used.</summary>
public sealed class ProvenLockTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void TryTake_WhereTheFileIsHeld_IsRefusedUntilItIsGivenUp()
    {
        var path = _directory.File("lock");
        using (Assert.IsType<IDisposable>(ProvenLock.TryTake(path), exactMatch: false))
        {
            Assert.Null(ProvenLock.TryTake(path));
        }

        using var again = ProvenLock.TryTake(path);
        Assert.NotNull(again);
    }

    /// <summary>As on a file system without locks, or where .NET was told to take none.</summary>
    [Fact]
    public void TryTake_WhereNothingIsEverHeld_SaysSo()
    {
        var open = new List<FileStream>();

        var refused = Assert.Throws<IOException>(() => ProvenLock.TryTake(_directory.File("lock"), path =>
        {
            open.Add(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
            return open[^1];
        }));

        Assert.Contains("second process", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, open.Count);
        Assert.All(open, static file => Assert.False(file.CanRead, "a file was left open"));
    }

    [Fact]
    public void Open_ADirectoryWithoutLocks_IsRefusedInOneLine()
    {
        using var fixture = new StorageFixture();
        fixture.Files = new FaultFileSystem(fixture.Files) { HasNoLocks = true };

        var refused = Assert.Throws<DataDirectoryException>(() => fixture.OpenOrSetAside());

        Assert.Contains(fixture.Path, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(fixture.File("identity")));
    }
}
