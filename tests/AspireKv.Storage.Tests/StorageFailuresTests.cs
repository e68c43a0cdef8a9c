using AspireKv.Storage.Failures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Storage.Tests;

/// <summary>The first failure is kept, told and counted once; damage is noted before.</summary>
public sealed class StorageFailuresTests : IDisposable
{
    private const int TimesThatAreTooMany = 3;

    private readonly TestMeterFactory _meters = new();
    private readonly TestObserver _observer = new();
    private readonly Notes _notes = new();
    private readonly StorageFailures _failures;

    public StorageFailuresTests() =>
        _failures = new StorageFailures(_notes, new StorageMetrics(_meters).Failures, _observer, NullLogger.Instance);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Fail_OnceMore_KeepsTheFirst()
    {
        using var counted = new CounterReader("aspirekv.storage.failures", _meters);
        using var failed = new CounterReader("aspirekv.storage.failed", _meters);
        var first = new IOException("first");
        var woken = 0;
        _failures.WakeOnFailure(() => woken += ReferenceEquals(_failures.First, first) ? 1 : 100);
        Assert.Equal((0, 0), (counted.Read(), failed.Read()));

        _failures.Fail(first, "wal");
        _failures.Fail(new IOException("second"), "checkpoint");

        Assert.Same(first, _failures.First);
        Assert.Equal((1, 1), (woken, _observer.Failures));
        Assert.Equal((1, 1, 1), (counted.Read(), counted.Read("kind", "wal"), failed.Read()));
        Assert.False(_failures.MayBeginAnew);
        Assert.False(_observer.MayBeginAnew);
    }

    [Theory]
    [InlineData(TimesThatAreTooMany - 1, true)]
    [InlineData(TimesThatAreTooMany, false)]
    public void Report_OfDamage_IsNotedAndMayBeginAnewUnlessThatWasDoneTooOften(int times, bool mayBeginAnew)
    {
        using var counted = new CounterReader("aspirekv.storage.failures", _meters);
        _notes.TimesSetAside = times;

        _failures.Report(new StorageDamagedException("harmed"));

        Assert.Equal(["harmed"], _notes.Reasons);
        Assert.Equal(mayBeginAnew, _failures.MayBeginAnew);
        Assert.Equal(mayBeginAnew, _observer.MayBeginAnew);
        Assert.Equal((1, 1), (counted.Read(), counted.Read("kind", "damage")));
    }

    /// <summary>A start that does not know of the damage would trust the files.</summary>
    [Fact]
    public void Report_OfDamageThatCannotBeNoted_FailsAndMayNotBeginAnew()
    {
        _notes.Failure = new UnauthorizedAccessException();

        _failures.Report(new StorageDamagedException("harmed"));

        Assert.IsType<StorageDamagedException>(_failures.First);
        Assert.False(_failures.MayBeginAnew);
    }

    [Fact]
    public void Report_OfDamageAfterAnotherFailure_IsNotedAllTheSame()
    {
        var first = new IOException("first");
        _failures.Fail(first, "wal");

        _failures.Report(new StorageDamagedException("harmed"));

        Assert.Same(first, _failures.First);
        Assert.Equal(["harmed"], _notes.Reasons);
        Assert.False(_failures.MayBeginAnew);
        Assert.Equal(1, _observer.Failures);
    }

    private sealed class Notes : IDamageNotes
    {
        public List<string> Reasons { get; } = [];

        public Exception? Failure { get; set; }

        public int TimesSetAside { get; set; }

        public void NoteDamage(string reason)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }

            Reasons.Add(reason);
        }
    }
}
