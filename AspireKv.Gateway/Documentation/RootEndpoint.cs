using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Documentation;

/// <summary><c>GET /</c>: says what this is and which ways lead on from here. A browser is led to the page, where there is one.</summary>
internal sealed class RootEndpoint
{
    public static readonly RootEndpoint OfDevelopers = new(
        """{"name":"AspireKv","documentation":"/scalar","openapi":"/openapi/v1.json","login":"/login","health":"/health"}"""u8,
        isDocumented: true);

    public static readonly RootEndpoint OfOperators = new(
        """{"name":"AspireKv","documentation":"/scalar","openapi":"/openapi/v1.json","metrics":"/metrics","health":"/health"}"""u8,
        isDocumented: true);

    public static readonly RootEndpoint OfClients = new(
        """{"name":"AspireKv","login":"/login","health":"/health"}"""u8,
        isDocumented: false);

    private readonly byte[] _text;
    private readonly bool _isDocumented;

    private RootEndpoint(ReadOnlySpan<byte> json, bool isDocumented)
    {
        _text = [.. json, (byte)'\n'];
        _isDocumented = isDocumented;
    }

    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        if (_isDocumented)
        {
            response.Headers.Vary = "Accept";
            if (context.Request.GetTypedHeaders().Accept.Any(static range =>
                    range.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && range.Quality is not 0))
            {
                response.Redirect(ApiRoutes.Documentation);
                return Task.CompletedTask;
            }
        }

        response.ContentType = "application/json";
        response.ContentLength = _text.Length;
        return ApiRoutes.IsHead(context.Request) ? Task.CompletedTask : response.BodyWriter.WriteAsync(_text).AsTask();
    }
}
