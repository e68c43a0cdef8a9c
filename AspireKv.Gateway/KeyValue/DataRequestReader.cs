using AspireKv.Access.Knowledge;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;
using AspireKv.Gateway.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.KeyValue;

/// <summary>Makes an operation of a request: the one place where what clients send to the data routes is checked.</summary>
internal sealed class DataRequestReader(ClusterKnowledge knowledge, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string TextType = "text/plain; charset=utf-8";
    private const int MaxContentTypeLength = 255;

    private readonly GatewayOptions _options = options.Value;

    /// <returns>The operation, or what is wrong with the request.</returns>
    /// <exception cref="BadHttpRequestException">The body did not arrive as it was announced.</exception>
    public ValueTask<(ApiError? Error, DataRequest? Request)> ReadAsync(HttpContext context, string route) =>
        route == DataRoutes.Key ? ReadV1Async(context) : ReadJsonAsync(context, route);

    private ValueTask<(ApiError?, DataRequest?)> ReadV1Async(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (!RequestTarget.IsKeyTarget(target))
        {
            return new((ApiError.InvalidTarget, null));
        }

        if (KeyTarget.Read(target, _options.MaxKeyBytes, out var key) is { } keyError)
        {
            return new((keyError, null));
        }

        if (Preconditions.Read(request.Headers, out var preconditions) is { } error)
        {
            return new((error, null));
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return new((null, Create(context, ApiFamily.V1, new ClientOperation { Kind = OperationKind.Get, Key = key }, preconditions)));
        }

        if (preconditions.ToCondition(out var condition, out var revisions) is { } conditionError)
        {
            return new((conditionError, null));
        }

        var operation = new ClientOperation
        {
            Kind = HttpMethods.IsPut(request.Method) ? OperationKind.Put : OperationKind.Delete,
            Key = key,
            Condition = condition,
            Revisions = revisions,
        };
        return operation.Kind == OperationKind.Put
            ? ReadValueAsync(context, operation)
            : new((null, Create(context, ApiFamily.V1, operation)));
    }

    private async ValueTask<(ApiError?, DataRequest?)> ReadValueAsync(HttpContext context, ClientOperation operation)
    {
        var headers = context.Request.Headers;
        if (headers.ContentEncoding.Count > 0)
        {
            return (ApiError.ContentEncodingNotSupported, null);
        }

        if (headers.ContentRange.Count > 0)
        {
            return (ApiError.PartialPutNotSupported, null);
        }

        if (headers.ContentType.Count > 1 || !IsContentType(context.Request.ContentType))
        {
            return (ApiError.InvalidContentType, null);
        }

        var value = await RequestBody.ReadAsync(context.Request, _options.MaxValueBytes, context.RequestAborted);
        if (value is null)
        {
            return (ApiError.ValueTooLarge(_options.MaxValueBytes), null);
        }

        var contentType = string.IsNullOrEmpty(context.Request.ContentType) ? null : context.Request.ContentType;
        return (null, Create(context, ApiFamily.V1, operation with { Value = value, ContentType = contentType }));
    }

    private async ValueTask<(ApiError?, DataRequest?)> ReadJsonAsync(HttpContext context, string route)
    {
        var wantsValue = route == DataRoutes.SetValue;
        var body = await RequestBody.ReadAsync(
            context.Request, JsonBody.MaxBytes(_options.MaxKeyBytes, wantsValue ? _options.MaxValueBytes : 0), context.RequestAborted);
        if (body is null)
        {
            return (wantsValue ? ApiError.ValueTooLarge(_options.MaxValueBytes) : ApiError.BodyTooLarge, null);
        }

        return JsonBody.Read(body, wantsValue, _options, out var key, out var value) is { } error
            ? (error, null)
            : (null, Create(context, ApiFamily.Json, JsonOperation(route, key, value)));
    }

    private static ClientOperation JsonOperation(string route, StoreKey key, byte[] value) => route switch
    {
        DataRoutes.SetValue => new() { Kind = OperationKind.Put, Key = key, Value = value, ContentType = TextType },
        DataRoutes.DeleteValue => new() { Kind = OperationKind.Delete, Key = key },
        _ => new() { Kind = OperationKind.Get, Key = key },
    };

    private DataRequest Create(
        HttpContext context, ApiFamily family, ClientOperation operation, Preconditions preconditions = default) => new()
        {
            Family = family,
            Operation = operation,
            Preconditions = preconditions,
            AccessToken = context.Features.Get<ValidatedAccessToken>()?.Bytes ?? default,
            Partition = knowledge.View.PartitionOf(operation.Key),
            Started = time.GetTimestamp(),
        };

    /// <summary>The content type is sent back as it came, so it must be fit for a header.</summary>
    private static bool IsContentType(string? text) =>
        text is null || (text.Length <= MaxContentTypeLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'));
}
