namespace AspireKv.AppHost.Tests.Local;

public sealed class ResourceBuilderTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void WithReference_PortChosenLater_TellsTheChosenOne()
    {
        var auth = Project("auth").WithHttpEndpoint();
        var gateway = Project("gateway").WithReference(auth);

        auth.Resource.Endpoints.Single().Port = 4711;

        var variable = Assert.Single(gateway.Resource.Environment);
        Assert.Equal(("services__auth__http__0", "http://localhost:4711"), (variable.Name, variable.Value()));
    }

    [Fact]
    public void WithEndpoint_PortAndTargetPortDiffer_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => Project("node1").WithEndpoint(port: 1, targetPort: 2));

    [Fact]
    public void AddProject_NameTaken_IsRefused()
    {
        Project("node1");

        Assert.Throws<ArgumentException>(() => Project("Node1"));
    }

    [Fact]
    public void CreateBuilder_CommandLine_IsConfiguration() =>
        Assert.Equal("7", DistributedApplication.CreateBuilder(["--nodes", "7"]).Configuration["nodes"]);

    private IResourceBuilder<ProjectResource> Project(string name) =>
        _builder.AddProject<Projects.AspireKv_StorageNode>(name, launchProfileName: null);
}
