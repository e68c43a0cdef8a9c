using AspireKv.Access.Knowledge;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.Routes;
using AspireKv.Gateway.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AspireKv.Gateway.KeyValue;

/// <summary>Makes an operation of a request: the one place where what clients send to the data routes is checked.</summary>
internal sealed class DataRequestReader(
    BodyReader bodies, ClusterKnowledge knowledge, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string TextType = "text/plain; charset=utf-8";

    /// <summary>What <c>curl -d</c> says of everything, and nobody means: not kept as the type of a value.</summary>
    private const string FormType = "application/x-www-form-urlencoded";

    private const int MaxContentTypeLength = 255;

    private readonly int _maxKeyBytes = options.Value.MaxKeyBytes;

    /// <summary>
    /// Bytes of the longest value, as the cluster was founded; null while the cluster is not known, and no value can be taken.
    /// </summary>
    private int? MaxValueBytes => knowledge.View.Founding?.MaxValueBytes;

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

        if (KeyTarget.Read(target, _maxKeyBytes, out var key) is { } keyError)
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
        if (headers.ContentRange.Count > 0)
        {
            return (ApiError.PartialPutNotSupported, null);
        }

        if (headers.ContentType.Count > 1 || !IsContentType(context.Request.ContentType))
        {
            return (ApiError.InvalidContentType, null);
        }

        if (MaxValueBytes is not { } maxValueBytes)
        {
            return (ApiError.NotReady, null);
        }

        var (fault, value) = await bodies.ReadAsync(context, maxValueBytes);
        if (fault != BodyFault.None)
        {
            return (fault == BodyFault.NoRoom ? ApiError.Overloaded : ApiError.ValueTooLarge(maxValueBytes), null);
        }

        return (null, Create(context, ApiFamily.V1, operation with { Value = value, ContentType = KeptType(context.Request.ContentType) }));
    }

    private async ValueTask<(ApiError?, DataRequest?)> ReadJsonAsync(HttpContext context, string route)
    {
        var kind = route switch
        {
            DataRoutes.SetValue => OperationKind.Put,
            DataRoutes.DeleteValue => OperationKind.Delete,
            _ => OperationKind.Get,
        };
        var wantsValue = kind == OperationKind.Put;
        if ((wantsValue ? MaxValueBytes : 0) is not { } maxValueBytes)
        {
            return (ApiError.NotReady, null);
        }

        var (fault, body) = await bodies.ReadAsync(context, JsonBody.MaxBytes(_maxKeyBytes, maxValueBytes));
        if (fault != BodyFault.None)
        {
            return (fault == BodyFault.NoRoom ? ApiError.Overloaded
                : wantsValue ? ApiError.ValueTooLarge(maxValueBytes)
                : ApiError.BodyTooLarge, null);
        }

        if (JsonBody.Read(body, kind, _maxKeyBytes, maxValueBytes, out var request) is { } error)
        {
            return (error, null);
        }

        var operation = new ClientOperation
        {
            Kind = kind,
            Key = request.Key,
            Value = request.Value,
            ContentType = wantsValue ? TextType : null,
            Condition = request.Condition,
            Revisions = request.Revisions,
        };
        return (null, Create(context, ApiFamily.Json, operation, namesRevision: request.NamesRevision));
    }

    private DataRequest Create(
        HttpContext context,
        ApiFamily family,
        ClientOperation operation,
        Preconditions preconditions = default,
        bool namesRevision = false) => new()
        {
            Family = family,
            NamesRevision = namesRevision,
            Operation = operation,
            Preconditions = preconditions,
            AccessToken = context.Features.Get<ValidatedAccessToken>()?.Bytes ?? default,
            Partition = knowledge.View.PartitionOf(operation.Key),
            Started = time.GetTimestamp(),
        };

    private static string? KeptType(string? contentType) =>
        string.IsNullOrEmpty(contentType)
        || contentType.AsSpan().TrimStart().StartsWith(FormType, StringComparison.OrdinalIgnoreCase)
            ? null
            : contentType;

    /// <summary>The content type is sent back as it came, so it must be fit for a header.</summary>
    private static bool IsContentType(string? text) =>
        text is null || (text.Length <= MaxContentTypeLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'));
}
