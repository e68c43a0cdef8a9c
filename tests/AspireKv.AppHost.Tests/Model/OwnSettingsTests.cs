using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost.Tests.Model;

public sealed class OwnSettingsTests
{
    private const string WaitsForServices = "DcpPublisher:WaitForResourceCleanup";

    [Fact]
    public void AddBelow_WhateverTheCurrentFolder_HoldsTheFileOfTheProgram()
    {
        var configuration = new ConfigurationManager();

        OwnSettings.AddBelow(configuration);

        Assert.True(configuration.GetValue<bool>(WaitsForServices));
    }

    [Fact]
    public void AddBelow_OtherSources_Win()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new(WaitsForServices, "false")]);

        OwnSettings.AddBelow(configuration);

        Assert.False(configuration.GetValue<bool>(WaitsForServices));
    }
}
