namespace AspireKv.AppHost.Tests.Model;

/// <summary>The links of the dashboard lead to what a service has on its own address in this environment, and nowhere else.</summary>
public sealed class ServiceLinksTests
{
    [Theory]
    [InlineData("Development", "/health /metrics /scalar")]
    [InlineData("Production", "/health")]
    public async Task Gateway_Links_AreThoseThatLeadSomewhere(string environment, string paths)
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions { DisableDashboard = true, Args = ["--environment", environment] });
        var gateway = builder.AddService<Projects.AspireKv_Gateway>("gateway")
            .WithHttpEndpoint(port: 13000, isProxied: false)
            .WithGatewayLinks();
        foreach (var endpoint in gateway.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, endpoint.Port!.Value);
        }

        var context = new ResourceUrlsCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), gateway.Resource, []);
        foreach (var callback in gateway.Resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        Assert.Equal(paths, string.Join(' ', context.Urls.Select(url => url.Url).Order(StringComparer.Ordinal)));
    }
}
