using AspireKv.LocalHost;
using AspireKv.LocalHost.Dashboard;
using Google.Protobuf;

namespace AspireKv.AppHost.Tests.Local;

public sealed class WireMappingTests
{
    [Fact]
    public void Initial_Project_HasWhatTheDashboardCannotDoWithout()
    {
        var snapshot = new ResourceSnapshot("node1-abc", "node1", ProjectSnapshots.ProjectType, DateTimeOffset.UnixEpoch)
        {
            State = ResourceStates.Running,
            HasCommands = true,
            Urls = [new("http", "http://localhost:7001", IsInternal: false)],
            Health = [new("node1_check", true, "fine")],
        };

        var resource = Assert.Single(WireMapping.Initial([snapshot]).InitialData.Resources);

        Assert.Equal(("node1-abc", "Project", "node1", "node1-abc"), (resource.Name, resource.ResourceType, resource.DisplayName, resource.Uid));
        Assert.NotNull(resource.CreatedAt);
        Assert.NotNull(Assert.Single(resource.Urls).DisplayProperties);
        Assert.True(Assert.Single(resource.HealthReports).HasStatus);
    }

    [Theory]
    [InlineData(ResourceStates.Running, "stop,restart")]
    [InlineData(ResourceStates.Waiting, "stop,restart")]
    [InlineData(ResourceStates.Finished, "start")]
    [InlineData(ResourceStates.Exited, "start")]
    public void Changes_State_OffersTheButtonsThatMakeSense(string state, string offered)
    {
        var snapshot = new ResourceSnapshot("node1-abc", "node1", ProjectSnapshots.ProjectType, DateTimeOffset.UnixEpoch)
        {
            State = state,
            HasCommands = true,
        };

        var resource = Assert.Single(WireMapping.Changes([snapshot]).Changes.Value).Upsert;

        Assert.Equal(offered, string.Join(',', resource.Commands
            .Where(static command => command.State == ResourceCommandState.Enabled).Select(static command => command.Name)));
    }

    /// <summary>The numbers are the dashboard's: a slip in the .proto file would show nothing, and nowhere an error.</summary>
    [Fact]
    public void Resource_Bytes_HaveTheDashboardsFieldNumbers()
    {
        var resource = new Resource { Name = "n", ResourceType = "t", DisplayName = "d", Uid = "u", State = "s", StateStyle = "y", SupportsDetailedTelemetry = true };

        Assert.Equal("0A016E1201741A0164220175" + "2A0173" + "720179" + "B00101", Convert.ToHexString(resource.ToByteArray()));
    }
}
