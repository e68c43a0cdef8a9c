using AspireKv.Storage.Checkpoints;
using AspireKv.Storage.Memtables;
using AspireKv.Storage.Scrub;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AspireKv.Storage.Tests;

/// <summary>Options that are legal one by one, and together would leave a node that serves nothing.</summary>
public sealed class StorageOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreLegal() => Assert.True(Validate(new StorageOptions()).Succeeded);

    [Fact]
    public void Validate_WalLimitBelowWhatCheckpointsLeave_IsRefused() => Assert.Contains(
        "Storage:Wal:LimitBytes",
        Validate(new StorageOptions { Wal = { LimitBytes = 8 << 20 }, Checkpoints = { WalBytes = 1 << 20 } }).FailureMessage!,
        StringComparison.Ordinal);

    [Fact]
    public void Validate_MemtableLimitNotAboveTheCheckpoint_IsRefused() => Assert.Contains(
        "Storage:Checkpoints:MemtableLimitBytes",
        Validate(new StorageOptions { Checkpoints = { MemtableLimitBytes = 32 << 20 } }).FailureMessage!,
        StringComparison.Ordinal);

    /// <summary>Each rule at the last value that it lets pass, and at the first that it does not.</summary>
    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(-1, 1, false)]
    [InlineData(0, 0, false)]
    public void Validate_ALimitAtItsBound_IsLegalUpToThere(int moreWal, int moreMemory, bool isLegal)
    {
        const int Segment = 1 << 20;
        const int Wal = 16 << 20;
        const int Memory = 4 << 20;
        var options = new StorageOptions
        {
            Wal = { SegmentSizeBytes = Segment, LimitBytes = Wal + (2 * Segment) + moreWal },
            Checkpoints = { WalBytes = Wal, MemtableBytes = Memory, MemtableLimitBytes = Memory + moreMemory },
        };

        Assert.Equal(isLegal, Validate(options).Succeeded);
    }

    [Fact]
    public void Validate_AnOptionOfAPartBeyondItsRange_IsRefused() => Assert.Contains(
        "SegmentSizeBytes", Validate(new StorageOptions { Wal = { SegmentSizeBytes = 1 } }).FailureMessage!, StringComparison.Ordinal);

    /// <summary>The section that each part names for the documentation is the one from which it is read.</summary>
    [Fact]
    public void Parts_AreReadFromTheSectionsThatTheyName()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{WalOptions.SectionName}:SegmentSizeBytes"] = "65536",
            [$"{CheckpointOptions.SectionName}:MemtableBytes"] = "65537",
            [$"{SqliteOptions.SectionName}:MaxReaders"] = "7",
            [$"{CacheOptions.SectionName}:MaxBytes"] = "65538",
            [$"{ScrubOptions.SectionName}:BytesPerSecond"] = "65539",
        }).Build();
        var options = new StorageOptions();

        configuration.GetSection(StorageOptions.SectionName).Bind(options);

        Assert.Equal(65536, options.Wal.SegmentSizeBytes);
        Assert.Equal(65537, options.Checkpoints.MemtableBytes);
        Assert.Equal(7, options.Sqlite.MaxReaders);
        Assert.Equal(65538, options.Cache.MaxBytes);
        Assert.Equal(65539, options.Scrub.BytesPerSecond);
    }

    private static ValidateOptionsResult Validate(StorageOptions options) => new StorageOptionsValidator().Validate(null, options);
}
