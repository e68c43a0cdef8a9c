using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests;

/// <summary>Options that are legal one by one, and together would leave a node that serves nothing.</summary>
public sealed class OptionRulesTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.True(Validate(new CoordinationOptions()).Succeeded);
    }

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

    private static ValidateOptionsResult Validate(CoordinationOptions options) =>
        new CoordinationOptionsValidator().Validate(null, options);
}
