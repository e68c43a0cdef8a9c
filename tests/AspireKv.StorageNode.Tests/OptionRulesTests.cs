using AspireKv.Storage;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests;

/// <summary>Options that are legal one by one, and together would leave a node that serves nothing.</summary>
public sealed class OptionRulesTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.True(Validate(new StorageOptions()).Succeeded);
        Assert.True(Validate(new CoordinationOptions()).Succeeded);
    }

    [Fact]
    public void Storage_LogLimitBelowWhatCheckpointsLeave_IsRefused() => Assert.Contains(
        "Storage:LogLimitBytes",
        Validate(new StorageOptions { LogLimitBytes = 8 << 20, CheckpointLogBytes = 1 << 20 }).FailureMessage!,
        StringComparison.Ordinal);

    [Fact]
    public void Storage_MemtableLimitNotAboveTheCheckpoint_IsRefused() => Assert.Contains(
        "Storage:MemtableLimitBytes",
        Validate(new StorageOptions { MemtableLimitBytes = 32 << 20 }).FailureMessage!,
        StringComparison.Ordinal);

    [Fact]
    public void Coordination_ResendAfterTheEnd_IsRefused() => Assert.Contains(
        "Coordination:ResendAfter",
        Validate(new CoordinationOptions { ResendAfter = TimeSpan.FromSeconds(3), MaxResendDelay = TimeSpan.FromSeconds(3) })
            .FailureMessage!,
        StringComparison.Ordinal);

    [Fact]
    public void Coordination_LongestDelayBelowTheFirst_IsRefused() => Assert.Contains(
        "Coordination:MaxResendDelay",
        Validate(new CoordinationOptions { MaxResendDelay = TimeSpan.FromMilliseconds(100) }).FailureMessage!,
        StringComparison.Ordinal);

    private static ValidateOptionsResult Validate(StorageOptions options) =>
        new StorageOptionsValidator().Validate(null, options);

    private static ValidateOptionsResult Validate(CoordinationOptions options) =>
        new CoordinationOptionsValidator().Validate(null, options);
}
