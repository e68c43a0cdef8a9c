using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AspireKv.ServiceDefaults.Requests;

/// <summary>
/// Looks at the form of a request. The server and its routing compare methods without regard to case, and accept any list of transfer
/// codings that ends with <c>chunked</c>: server and routing would answer for a request that was never asked.
/// </summary>
internal static class RequestForm
{
    private const string Chunked = "chunked";

    /// <summary>Where the server puts a Content-Length that came together with Transfer-Encoding.</summary>
    private const string SetAsideContentLength = "X-Content-Length";

    /// <summary>What is wrong with the form of the request, if anything.</summary>
    public static RequestFault FindFault(HttpRequest request)
    {
        if (!IsMethod(request.Method))
        {
            return RequestFault.UnknownMethod;
        }

        var headers = request.Headers;
        return FindFault(request, headers.TransferEncoding) is var fault && fault != RequestFault.None ? fault
            : headers.ContentEncoding.Count > 0 ? RequestFault.UnknownContentCoding
            : RequestFault.None;
    }

    private static RequestFault FindFault(HttpRequest request, StringValues codings) =>
        codings.Count == 0 ? RequestFault.None
            : request.Headers.ContainsKey(SetAsideContentLength) || !HttpProtocol.IsHttp11(request.Protocol) ? RequestFault.AmbiguousLength
            : codings is [{ } coding] && coding.Trim().Equals(Chunked, StringComparison.OrdinalIgnoreCase) ? RequestFault.None
            : RequestFault.UnknownTransferCoding;

    private static bool IsMethod(string method) =>
        method is "GET" or "PUT" or "POST" or "HEAD" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" or "CONNECT";
}
