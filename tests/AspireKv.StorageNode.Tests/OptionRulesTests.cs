using AspireKv.ServiceDefaults.StartUp;
using AspireKv.StorageNode.Coordination;
using Microsoft.AspNetCore.Builder;
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

    /// <summary>One option says how long values are, and its former names are not passed over.</summary>
    [Theory]
    [InlineData("Coordination:MaxValueBytes")]
    [InlineData("PeerTransport:MaxValueBytes")]
    public void LongestValue_UnderAFormerName_IsNamedAsUnknown(string name)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--{name}=4194304"]);

        var refused = Assert.Throws<StartUpException>(() => StorageNodeApp.Service.Build(builder));

        Assert.StartsWith($"{name} is no option", refused.Message, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(CoordinationOptions options) =>
        new CoordinationOptionsValidator().Validate(null, options);
}
