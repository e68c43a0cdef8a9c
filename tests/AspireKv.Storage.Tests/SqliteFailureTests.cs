using AspireKv.Cluster.Versioning;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Observers;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>SQLite's calls fail one at a time: for want of room or for a lock, which pass, or for good.</summary>
public sealed class SqliteFailureTests
{
    private const int FirstCalls = 50;
    private const int InputOutputError = 10;
    private const int Full = 13;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int CannotOpen = 14;
    private static readonly int[] Passing = [Full, Busy, Locked, NoMemory, CannotOpen];
    private static readonly string Value = new('v', 2_000);

    [Theory]
    [InlineData(nameof(SqliteCall.Read), InputOutputError)]
    [InlineData(nameof(SqliteCall.Write), InputOutputError)]
    [InlineData(nameof(SqliteCall.Commit), InputOutputError)]
    [InlineData(nameof(SqliteCall.MoveJournal), InputOutputError)]
    [InlineData(nameof(SqliteCall.Write), Full)]
    [InlineData(nameof(SqliteCall.Commit), Full)]
    [InlineData(nameof(SqliteCall.MoveJournal), Full)]
    [InlineData(nameof(SqliteCall.Read), Busy)]
    [InlineData(nameof(SqliteCall.Write), Busy)]
    [InlineData(nameof(SqliteCall.Commit), Busy)]
    [InlineData(nameof(SqliteCall.MoveJournal), Busy)]
    [InlineData(nameof(SqliteCall.Read), Locked)]
    [InlineData(nameof(SqliteCall.Commit), Locked)]
    [InlineData(nameof(SqliteCall.Read), NoMemory)]
    [InlineData(nameof(SqliteCall.Write), NoMemory)]
    [InlineData(nameof(SqliteCall.Read), CannotOpen)]
    [InlineData(nameof(SqliteCall.Commit), CannotOpen)]
    public async Task ACallFails_TheFirstFiftyOfItsKind_NothingDurableIsLost(string kind, int code)
    {
        for (var call = 1; call <= FirstCalls; call++)
        {
            using var fixture = new StorageFixture();
            fixture.Options.Cache.MaxBytes = 0;
            fixture.Options.Wal.FullRetryInterval = TimeSpan.FromMilliseconds(10);
            var (durable, hasFailed) = await RunAsync(fixture, Enum.Parse<SqliteCall>(kind), code, call);
            if (!hasFailed)
            {
                Assert.InRange(call, 2, FirstCalls);
                return;
            }

            await using var engine = fixture.Open();
            foreach (var (key, entry) in durable)
            {
                // A record that was not acknowledged may be there all the same.
                Assert.True(
                    engine.Find(0, Records.Key(key)) is { } found && found.Stamp >= entry.Stamp,
                    $"{kind} {call}: {key} is not what it was");
            }
        }
    }

    private static async Task<(Dictionary<string, Entry> Durable, bool HasFailed)> RunAsync(
        StorageFixture fixture, SqliteCall kind, int code, int call)
    {
        var durable = new Dictionary<string, Entry>();
        var calls = 0;
        await using var engine = fixture.Open();
        engine.Observer().BeforeCall = called =>
        {
            if (called == kind && Interlocked.Increment(ref calls) == call)
            {
                throw new SqliteException($"Injected: {kind} failed", code);
            }
        };
        var hasFailed = false;
        try
        {
            for (var i = 1; i <= 40; i++)
            {
                var record = Records.Put(0, $"key{i % 9}", i, Value);
                engine.AppendDurably(record);
                durable[$"key{i % 9}"] = record.Entry;
                if (i % 5 == 0)
                {
                    engine.Checkpoint();
                    foreach (var (key, entry) in durable)
                    {
                        Assert.Equal(entry, engine.Find(0, Records.Key(key)));
                    }
                }
            }
        }
        catch (StorageUnavailableException)
        {
            hasFailed = true;
        }

        hasFailed |= Volatile.Read(ref calls) >= call;
        Assert.True(
            !hasFailed || (Passing.Contains(code) ? engine.Failure is null : engine.Failure is SqliteException),
            $"{kind} {call} with code {code}: the engine's failure is {engine.Failure?.Message ?? "none"}");
        engine.Observer().BeforeCall = null;
        return (durable, hasFailed);
    }
}
