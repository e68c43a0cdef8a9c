using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Documentation;

/// <summary><c>GET /</c>: says what this is and where it is described. A browser is led to the page.</summary>
internal static class RootEndpoint
{
    private static readonly byte[] Text = """
        {"name":"AspireKv","documentation":"/scalar","openapi":"/openapi/v1.json","login":"/login","health":"/health"}

        """u8.ToArray();

    public static Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.Vary = "Accept";
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            response.Redirect(ApiRoutes.Documentation);
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = Text.Length;
        return ApiRoutes.IsHead(context.Request) ? Task.CompletedTask : response.BodyWriter.WriteAsync(Text).AsTask();
    }
}
