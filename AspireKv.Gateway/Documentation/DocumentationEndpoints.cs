using AspireKv.Gateway.Routes;
using Scalar.AspNetCore;

namespace AspireKv.Gateway.Documentation;

/// <summary>
/// <c>/openapi/v1.json</c> and the page that shows it at <c>/scalar</c>. The document is written by hand beside this file: the data routes
/// belong to the proxy, of which a generator sees nothing. A test compares it with the endpoints.
/// </summary>
internal static class DocumentationEndpoints
{
    private static readonly byte[] Document = Load();

    public static void MapDocumentation(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(ApiRoutes.OpenApi, [HttpMethods.Get, HttpMethods.Head], static context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Document.Length;
            return HttpMethods.IsHead(context.Request.Method)
                ? Task.CompletedTask
                : context.Response.BodyWriter.WriteAsync(Document).AsTask();
        }).AllowAnonymous();
        endpoints.MapScalarApiReference("/scalar", static options =>
            options.WithTitle("AspireKv").WithOpenApiRoutePattern(ApiRoutes.OpenApi)).AllowAnonymous();
    }

    private static byte[] Load()
    {
        using var resource = typeof(DocumentationEndpoints).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }
}
