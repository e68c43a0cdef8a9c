using AspireKv.Storage.Directories;
using AspireKv.Storage.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>Connections are few, are used again, and are let go of where a read failed.</summary>
public sealed class SqliteReaderPoolTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory = new();
    private readonly SqliteFile _file;

    public SqliteReaderPoolTests() => _file = SqliteFile.Open(FilePath, new NodeIdentity(new(1), 7));

    private string FilePath => _directory.File("entries.sqlite");

    public void Dispose()
    {
        _file.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Read_OneAfterTheOther_UsesTheSameConnection()
    {
        using var pool = Open(maxReaders: 2);

        var first = pool.Read(0, static (reader, _) => reader);

        Assert.Same(first, pool.Read(0, static (reader, _) => reader));
    }

    [Fact]
    public async Task Read_WhileAsManyRunAsMay_Waits()
    {
        const int MaxReaders = 2;
        using var pool = Open(MaxReaders);
        using var allCame = new Barrier(MaxReaders + 1);
        var gate = new Lock();
        var (inside, most) = (0, 0);
        var reads = Enumerable.Range(0, MaxReaders + 1).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Assert.True(allCame.SignalAndWait(Bound), "a thread did not come");
                return pool.Read(0, (_, _) =>
                {
                    lock (gate)
                    {
                        most = Math.Max(most, ++inside);
                    }

                    // Time for one more to come, were it let in.
                    SpinWait.SpinUntil(() => Volatile.Read(ref most) > MaxReaders, TimeSpan.FromMilliseconds(100));
                    lock (gate)
                    {
                        return --inside;
                    }
                });
            },
            TaskCreationOptions.LongRunning));

        await Task.WhenAll(reads).WaitAsync(Bound);

        Assert.InRange(most, 1, MaxReaders);
    }

    [Fact]
    public void Read_ThatFailed_LetsItsConnectionGoAndItsPlace()
    {
        var fault = new InvalidOperationException("a fault of the program");
        using (var pool = Open(maxReaders: 1))
        {
            for (var i = 0; i < 2; i++)
            {
                Assert.Same(fault, Assert.Throws<InvalidOperationException>(() => pool.Read<int, int>(0, (_, _) => throw fault)));
            }
        }

        // SQLite removes the files beside its own when the last connection is closed.
        _file.Dispose();
        Assert.Equal([FilePath], Directory.GetFiles(_directory.Path));
    }

    private SqliteReaderPool Open(int maxReaders) => new(_file.ReadOnlyConnectionString, maxReaders, new TestObserver());
}
