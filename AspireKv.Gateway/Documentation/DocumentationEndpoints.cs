using AspireKv.Gateway.Routes;
using Scalar.AspNetCore;

namespace AspireKv.Gateway.Documentation;

/// <summary>
/// <c>/</c>, <c>/openapi/v1.json</c> and the page that shows it at <c>/scalar</c>. The document is written by hand beside this file: the
/// data routes belong to the proxy, of which a generator sees nothing. Tests compare it with the endpoints and with what they answer.
/// </summary>
internal static class DocumentationEndpoints
{
    private static readonly byte[] Document = Load();

    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="forOperators">Whether it is the management listener, where there is no login.</param>
    public static void MapDocumentation(this IEndpointRouteBuilder endpoints, bool forOperators)
    {
        endpoints.MapRoot(forOperators ? RootEndpoint.OfOperators : RootEndpoint.OfDevelopers);
        endpoints.MapMethods(ApiRoutes.OpenApi, [HttpMethods.Get, HttpMethods.Head], static context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Document.Length;
            return ApiRoutes.IsHead(context.Request)
                ? Task.CompletedTask
                : context.Response.BodyWriter.WriteAsync(Document).AsTask();
        }).AllowAnonymous();

        // The page asks nobody but this gateway: no fonts, no assistant, no tools of a third party.
        endpoints.MapScalarApiReference(ApiRoutes.Documentation, static options => options
            .WithTitle("AspireKv")
            .WithOpenApiRoutePattern(ApiRoutes.OpenApi)
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideClientButton()
            .HideDeveloperTools()).AllowAnonymous();
    }

    /// <summary>Maps what whoever knows only the address is told where no documentation is.</summary>
    public static void MapUndocumentedRoot(this IEndpointRouteBuilder endpoints) => endpoints.MapRoot(RootEndpoint.OfClients);

    private static void MapRoot(this IEndpointRouteBuilder endpoints, RootEndpoint root) =>
        endpoints.MapMethods(ApiRoutes.Root, [HttpMethods.Get, HttpMethods.Head], root.AnswerAsync).AllowAnonymous();

    private static byte[] Load()
    {
        using var resource = typeof(DocumentationEndpoints).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }
}
