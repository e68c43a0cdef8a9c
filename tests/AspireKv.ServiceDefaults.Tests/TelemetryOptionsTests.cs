using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Tests;

public sealed class TelemetryOptionsTests
{
    [Theory]
    [InlineData("--Telemetry:TraceRatio", "1.5")]
    [InlineData("--Telemetry:TracesPerSecond", "-1")]
    public async Task Start_OptionOutOfRange_IsRefused(string name, string value)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => DefaultsHost.StartAsync(null, name, value));

        Assert.Contains(name.Split(':')[1], refused.Message, StringComparison.Ordinal);
    }
}
