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

    [Fact]
    public void Validate_AnOptionOfAPartBeyondItsRange_IsRefused() => Assert.Contains(
        "SegmentSizeBytes", Validate(new StorageOptions { Wal = { SegmentSizeBytes = 1 } }).FailureMessage!, StringComparison.Ordinal);

    private static ValidateOptionsResult Validate(StorageOptions options) => new StorageOptionsValidator().Validate(null, options);
}
