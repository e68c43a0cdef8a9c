using AspireKv.Storage.Files;

namespace AspireKv.Storage.Tests;

/// <summary>The files of the machine do what the engine asks of them.</summary>
public sealed class PhysicalFileSystemTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly PhysicalFileSystem _files = new();

    private string FilePath => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_BeyondTheEnd_IsWhatThereIs()
    {
        using var file = _files.Create(FilePath);
        file.Write([1, 2, 3], 0);
        file.Write([4], 3);
        var buffer = new byte[10];

        Assert.Equal(3, file.Read(buffer, 1));
        Assert.Equal([2, 3, 4, 0], buffer[..4]);
        Assert.Equal(0, file.Read(buffer, 4));
        Assert.Equal(2, file.Read(buffer.AsSpan(0, 2), 0));
        Assert.Equal(0, file.Read([], 0));
    }

    [Fact]
    public void Allocate_MakesAFileLongerAndNeverShorter()
    {
        using var file = _files.Create(FilePath);

        file.Allocate(5_000);
        Assert.Equal(5_000, file.Length);
        file.Allocate(100);
        Assert.Equal(5_000, file.Length);
        file.SetLength(100);
        Assert.Equal(100, file.Length);
    }

    /// <summary>Room that is only promised would be missing when the write-ahead log needs it.</summary>
    [Fact]
    public void Allocate_OfMoreThanTheDiskHas_FailsWithTheCodeOfTheSystem()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var file = _files.Create(FilePath);

        var failure = Assert.Throws<IOException>(() => file.Allocate(1L << 62));

        Assert.Contains($"(errno {failure.HResult})", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void CreateDirectory_WithItsParents_IsThereOnce()
    {
        var path = _directory.File("a", "b", "c");

        _files.CreateDirectory(path);
        _files.CreateDirectory(path);

        Assert.True(Directory.Exists(path));
        Assert.Equal(["a"], _files.ListDirectories(_directory.Path));
    }

    [Fact]
    public void ListFiles_AreInTheOrderOfTheirBytes()
    {
        string[] names = ["a", "B", "_", "10", "9"];
        foreach (var name in names)
        {
            _files.Create(_directory.File(name)).Dispose();
        }

        Assert.Equal(["10", "9", "B", "_", "a"], _files.ListFiles(_directory.Path));
    }

    [Fact]
    public void Create_WhereAFileIs_IsRefusedAndOpenWhereNoneIsToo()
    {
        Assert.ThrowsAny<IOException>(() => _files.Open(FilePath));
        _files.Create(FilePath).Dispose();

        Assert.ThrowsAny<IOException>(() => _files.Create(FilePath));
    }

    [Fact]
    public void Rename_OverAnotherFile_TakesItsPlace()
    {
        _files.WriteWhole(FilePath, [1]);
        _files.WriteWhole(_directory.File("other"), [2, 3]);

        _files.Rename(_directory.File("other"), FilePath);

        Assert.Equal([2, 3], _files.ReadAll(FilePath, 2));
        Assert.Equal(["file"], _files.ListFiles(_directory.Path));
    }

    [Fact]
    public void ReadAll_OfMoreThanItMayBe_IsRefused()
    {
        _files.WriteWhole(FilePath, [1, 2, 3]);

        Assert.Equal([1, 2, 3], _files.ReadAll(FilePath, 3));
        Assert.Throws<InvalidDataException>(() => _files.ReadAll(FilePath, 2));
    }

    /// <summary>As where another program cuts it meanwhile.</summary>
    [Fact]
    public void ReadAll_OfAFileThatBecameShorter_IsWhatWasRead() => Assert.Equal([7, 7], new ShortFile().ReadAll(10));

    [Fact]
    public void WriteWhole_OverWhatACrashLeft_ReplacesIt()
    {
        File.WriteAllBytes(FilePath + ".new", new byte[10]);

        _files.WriteWhole(FilePath, [1]);

        Assert.Equal([1], File.ReadAllBytes(FilePath));
        Assert.Equal(["file"], _files.ListFiles(_directory.Path));
    }

    private sealed class ShortFile : IStorageFile
    {
        public long Length => 5;

        public int Read(Span<byte> buffer, long offset)
        {
            buffer[..2].Fill(7);
            return 2;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => throw new NotSupportedException();

        public void Allocate(long length) => throw new NotSupportedException();

        public void SetLength(long length) => throw new NotSupportedException();

        public void Sync() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
