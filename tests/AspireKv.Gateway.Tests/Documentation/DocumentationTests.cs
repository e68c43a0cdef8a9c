using AspireKv.Gateway.Errors;
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
    public async Task OpenApi_ListsEveryEndpointAndNoOther()
    {
        var gateway = fixture.Fresh();
        var document = OpenApiDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"), "json").Document!;
        var documented = document.Paths.SelectMany(
            path => path.Value.Operations!.Keys.Select(method => (Path: path.Key, Method: method.Method))).ToHashSet();
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
            documented.RemoveWhere(known => known.Path == path && (methods.Contains(known.Method) || known.Method == "HEAD"));
        }

        Assert.Empty(documented);
    }

    /// <summary>The table of codes in docs/api.md is that of the code: each code there with its status, and no other.</summary>
    [Fact]
    public void Api_Codes_AreThoseOfTheCode()
    {
        var constants = typeof(ApiError).GetFields().Where(field => field.FieldType == typeof(ApiError))
            .Select(field => (ApiError)field.GetValue(null)!);
        ApiError[] made =
        [
            ApiError.KeyTooLong(1), ApiError.ValueTooLarge(1), ApiError.InvalidJson(""), ApiError.FromStatus(400), ApiError.FromStatus(502),
            ApiError.InvalidWish(1, ""), .. Refusals.Codes.Select(code => ApiError.FromRefusal(new(code, ""))),
        ];
        var known = constants.Concat(made).Select(error => $"{error.Code} {error.Status}").Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(known, Codes(File.ReadAllText(ApiPage())).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Codes(string page) =>
        from line in page.Split('\n')
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 5 && int.TryParse(cells[2], out _)
        from code in cells[1].Split(", ")
        select $"{code.Trim('`')} {cells[2]}";

    private static string ApiPage()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "AspireKv.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return Path.Combine(directory, "docs", "api.md");
    }

    [Theory]
    [InlineData("*/*", 200)]
    [InlineData("", 200)]
    [InlineData("application/json", 200)]
    [InlineData("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", 302)]
    [InlineData("text/html;q=0,*/*", 200)]
    public async Task Root_SaysWhatThisIsOrLeadsABrowserToThePage(string accept, int status)
    {
        var gateway = fixture.Fresh();
        foreach (var method in new[] { "GET", "HEAD" })
        {
            using var connection = gateway.Connect();
            var answer = await connection.RequestAsync(method, "/", $"Accept: {accept}\r\n");
            Assert.Equal(status, answer.Status);
            Assert.Equal(status == 302 ? "/scalar" : null, answer.Headers.GetValueOrDefault("Location"));
            Assert.Equal("Accept", answer.Headers["Vary"]);
            Assert.Equal(
                status == 200 && method == "GET",
                answer.Text.Contains("\"openapi\":\"/openapi/v1.json\"", StringComparison.Ordinal));
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
