using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>Calls that found no descriptor or no memory are made again, but for those whose caller promises something.</summary>
public sealed class PatientFileSystemTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestMeterFactory _meters = new();
    private readonly Patience _patience;
    private readonly FlakyFiles _flaky;
    private readonly PatientFileSystem _files;

    public PatientFileSystemTests()
    {
        _patience = new Patience(
            new StorageMetrics(_meters).Failures, TimeSpan.FromMilliseconds(1), TimeProvider.System, NullLogger.Instance);
        _flaky = new FlakyFiles();
        _files = new PatientFileSystem(_flaky, _patience);
    }

    public void Dispose()
    {
        _patience.Dispose();
        _meters.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Calls_ThatFailOfWhatPasses_AreMadeAgain()
    {
        using var counted = new CounterReader("aspirekv.storage.put_off", _meters);
        var sub = Path("sub");
        Flaky(() => _files.CreateDirectory(sub));
        Assert.True(_files.Exists(Path("none")) is false && Directory.Exists(sub));
        using (var file = Flaky(() => _files.Create(Path("a"))))
        {
            Flaky(() => file.Allocate(100));
            Assert.Equal(100, file.Length);
            Flaky(() => file.SetLength(10));
            Assert.Equal(10, file.Length);
            file.Write([1, 2, 3], 0);
            file.Sync();
            var read = new byte[3];
            Assert.Equal(3, Flaky(() => file.Read(read, 0)));
            Assert.Equal([1, 2, 3], read);
        }

        using (var file = Flaky(() => _files.Open(Path("a"))))
        {
            Assert.Equal(10, file.Length);
        }

        Flaky(() => _files.Rename(Path("a"), Path("b")));
        Assert.True(_files.Exists(Path("b")));
        Assert.Equal(["b"], Flaky(() => _files.ListFiles(_directory.Path)));
        Assert.Equal(["sub"], Flaky(() => _files.ListDirectories(_directory.Path)));
        Flaky(() => _files.SyncDirectory(_directory.Path));
        Assert.True(Flaky(() => _files.GetAvailableBytes(_directory.Path)) > 0);
        Flaky(() => _files.Delete(Path("b")));
        Assert.False(File.Exists(Path("b")));
        Flaky(() => _files.TryLock(Path("lock")))!.Dispose();
        Assert.Equal(2 * _flaky.Rounds, counted.Read("part", "files"));
    }

    /// <summary>The caller knows what it was to promise, and what a failed sync leaves of it.</summary>
    [Fact]
    public void WritesAndSyncs_ThatFail_AreForTheCaller()
    {
        using var file = _files.Create(Path("a"));
        _flaky.Left = 1;
        Assert.Throws<IOException>(() => file.Write([1], 0));
        _flaky.Left = 1;
        Assert.Throws<IOException>(file.Sync);
    }

    [Fact]
    public void Calls_OnceTheEngineEnded_FailAtOnce()
    {
        using var file = _files.Create(Path("a"));
        _patience.Dispose();
        _flaky.Left = int.MaxValue;

        Assert.Throws<IOException>(() => _files.ListFiles(_directory.Path));
        Assert.Throws<IOException>(() => file.Read(new byte[1], 0));
    }

    private string Path(string name) => System.IO.Path.Combine(_directory.Path, name);

    private void Flaky(Action call) => Flaky(() =>
    {
        call();
        return true;
    });

    /// <summary>The call fails twice before it succeeds.</summary>
    private T Flaky<T>(Func<T> call)
    {
        _flaky.Left = 2;
        _flaky.Rounds++;
        var result = call();
        Assert.Equal(0, _flaky.Left);
        return result;
    }

    /// <summary>Fails as many calls as are left to fail.</summary>
    private sealed class FlakyFiles : DelegatingFiles
    {
        private readonly PhysicalFileSystem _files = new();

        public int Left { get; set; }

        public int Rounds { get; set; }

        protected override IFileSystem Inner
        {
            get
            {
                Try();
                return _files;
            }
        }

        public override IStorageFile Create(string path) => new FlakyFile(this, base.Create(path));

        public override IStorageFile Open(string path) => new FlakyFile(this, base.Open(path));

        public void Try()
        {
            if (Left > 0)
            {
                Left--;
                throw new IOException("Injected: no descriptor.", FaultFileSystem.NoDescriptor);
            }
        }
    }

    private sealed class FlakyFile(FlakyFiles owner, IStorageFile inner) : IStorageFile
    {
        public long Length => inner.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            owner.Try();
            return inner.Read(buffer, offset);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            owner.Try();
            inner.Write(bytes, offset);
        }

        public void Allocate(long length)
        {
            owner.Try();
            inner.Allocate(length);
        }

        public void SetLength(long length)
        {
            owner.Try();
            inner.SetLength(length);
        }

        public void Sync()
        {
            owner.Try();
            inner.Sync();
        }

        public void Dispose() => inner.Dispose();
    }
}
