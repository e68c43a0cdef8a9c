using AspireKv.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AspireKv.Gateway.Tests.Documentation;

public sealed class DocumentationTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task OpenApi_IsAValidDocument()
    {
        var gateway = fixture.Fresh();
        var read = OpenApiDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.All(
            read.Document!.Paths.SelectMany(path => path.Value.Operations!), operation => Assert.NotNull(operation.Value.OperationId));
    }

    /// <summary>
    /// The document is written by hand, so it is held against the endpoints: each route with each method, and whether it asks for a token.
    /// </summary>
    [Fact]
    public async Task OpenApi_ListsEveryEndpoint()
    {
        var gateway = fixture.Fresh();
        var document = OpenApiDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"), "json").Document!;
        foreach (var endpoint in gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (path.StartsWith("/scalar", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.True(document.Paths.ContainsKey(path), $"{path} is not documented.");
            var operations = document.Paths[path].Operations!;
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            Assert.All(methods.Where(method => method != "HEAD"), method => Assert.Contains(new HttpMethod(method), operations.Keys));
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.All(operations.Values, operation => Assert.Equal(isOpen, operation.Security is { Count: 0 }));
        }
    }

    [Fact]
    public async Task Scalar_ServesAPageThatReadsTheDocument()
    {
        var gateway = fixture.Fresh();
        using var anonymous = new HttpClient { BaseAddress = gateway.Address };
        var page = await anonymous.GetAsync("/scalar");
        Assert.True(page.IsSuccessStatusCode);
        Assert.Contains("openapi/v1.json", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
