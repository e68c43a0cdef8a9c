using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Bodies;
using AspireKv.ServiceDefaults.Requests;

namespace AspireKv.Gateway.Errors;

/// <summary>An answer that is not what the client hoped for. Codes are part of the API: a code never changes its meaning.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What programs go by.</param>
/// <param name="Detail">What people read; never anything from inside the cluster.</param>
/// <param name="RetryAfterSeconds">When to try again, or null where a repetition is not for the server to suggest.</param>
internal sealed record ApiError(int Status, string Code, string Detail, int? RetryAfterSeconds = null)
{
    public static readonly ApiError InvalidTarget = new(400, "invalid_target",
        "The request target is not one this server routes by: send an absolute path without dot segments, with no escapes outside the key. "
        + "A slash next to dots in a key is sent as %2F.");

    public static readonly ApiError InvalidFraming = new(400, "invalid_framing",
        "A request has either Content-Length or Transfer-Encoding, not both.");

    public static readonly ApiError MethodUnknown = new(501, "method_not_implemented",
        "No route takes this method. Methods are case-sensitive: GET is one, get is not.");

    public static readonly ApiError TransferCodingNotSupported = new(501, "transfer_coding_not_supported",
        "The one transfer coding that is taken is a single 'chunked'.");

    public static readonly ApiError InvalidNamespace = new(400, "invalid_namespace",
        "A namespace is 1 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen.");

    public static readonly ApiError NoKey = new(400, "invalid_key",
        "No key is named: a key is everything after the slash in /v1/kv/{namespace}/{key}. The keys of a namespace cannot be listed.");

    public static readonly ApiError EmptyKey = new(400, "invalid_key", "The key is empty.");

    public static readonly ApiError InvalidKey = new(400, "invalid_key",
        "A key is valid UTF-8 other than '.' and '..'; in a path, percent-encoded at most once.");

    public static readonly ApiError QueryNotAllowed = new(400, "query_not_allowed",
        "A request for a key takes no query; a question mark in a key is sent as %3F.");

    public static readonly ApiError InvalidContentType = new(400, "invalid_content_type",
        "The content type is kept with the value: at most 255 printable ASCII characters, in one header.");

    public static readonly ApiError ContentEncodingNotSupported = new(415, "content_encoding_not_supported",
        "Bodies are taken and kept as they are sent; Content-Encoding is not kept and so not taken.");

    public static readonly ApiError PartialPutNotSupported = new(400, "partial_put_not_supported",
        "A value is written whole; Content-Range is not supported.");

    public static readonly ApiError InvalidEntityTag = new(400, "invalid_etag",
        "If-Match and If-None-Match take '*' or a list of quoted entity tags.");

    public static readonly ApiError TooManyEntityTags = new(400, "too_many_etags",
        "If-Match and If-None-Match take at most 16 entity tags.");

    public static readonly ApiError UnsupportedPrecondition = new(400, "unsupported_precondition",
        "A change takes If-Match or If-None-Match, not both.");

    public static readonly ApiError PreconditionFailed = new(412, "precondition_failed",
        "The key's present revision does not meet the precondition.");

    public static readonly ApiError KeyNotFound = new(404, "key_not_found", "The key has no value.");

    public static readonly ApiError NotText = new(409, "not_text",
        "The value is not text and cannot be given in JSON; read it with GET /v1/kv/{namespace}/{key}.");

    public static readonly ApiError InvalidBody = new(400, "invalid_body", "The body did not arrive as it was announced.");

    public static readonly ApiError BodyTooLarge = new(413, "body_too_large", "The body is longer than any that this route takes.");

    public static readonly ApiError BodyTimeout = new(408, "body_timeout", "The body arrived too slowly.");

    public static readonly ApiError TokenMissing = new(401, "token_missing",
        "Send the access token as 'Authorization: Bearer TOKEN'; POST /login gives one.");

    public static readonly ApiError TokenInvalid = new(401, "token_invalid", "The access token is not valid here, or no longer.");

    public static readonly ApiError TokenExpired = new(401, "token_expired", "The access token has expired; POST /login gives another.");

    public static readonly ApiError KeysUnavailable = new(503, "auth_unavailable",
        "Access tokens cannot be checked until the auth service has given its keys.", RetryAfterSeconds: 1);

    public static readonly ApiError AuthUnavailable = new(503, "auth_unavailable",
        "The auth service cannot be reached.", RetryAfterSeconds: 1);

    public static readonly ApiError RouteNotFound = new(404, "route_not_found", "There is no such route.");

    public static readonly ApiError MethodNotAllowed = new(405, "method_not_allowed",
        "The route does not take this method; Allow says which it takes.");

    public static readonly ApiError NoQuorum = new(503, "no_quorum",
        "No majority of the key's replicas can be reached.", RetryAfterSeconds: 1);

    public static readonly ApiError Overloaded = new(503, "overloaded", "Too much waits already; try again later.", RetryAfterSeconds: 1);

    public static readonly ApiError RateLimited = new(429, "rate_limited",
        "The account or the address makes more requests a second than this gateway takes of one.", RetryAfterSeconds: 1);

    public static readonly ApiError StorageUnavailable = new(503, "storage_unavailable",
        "A replica's disk is failing or does not keep up.", RetryAfterSeconds: 1);

    public static readonly ApiError StorageFull = new(507, "storage_full",
        "The disk of the key's coordinator is full; deleting makes room.");

    public static readonly ApiError NoCoordinator = new(503, "no_coordinator",
        "The operation was handed on too many times.", RetryAfterSeconds: 1);

    public static readonly ApiError NotReady = new(503, "not_ready",
        "The cluster is starting, the node is stopping, or it could not fetch the keys of access tokens since it started.",
        RetryAfterSeconds: 1);

    public static readonly ApiError RefusedByNode = new(400, "invalid_request",
        "The storage node refused the request as malformed or over a limit.");

    // Neither 503 nor Retry-After, which both ask for a repetition: whoever repeats a change without looking may apply it twice.
    public static readonly ApiError OutcomeUnknown = new(504, "outcome_unknown",
        "No quorum answered in time; the change may have been applied, or may yet be. Read the key before repeating it.");

    // Unlike other changes an order may be repeated by anybody.
    public static readonly ApiError OrderUnknown = new(504, OutcomeUnknown.Code,
        "No answer came in time; the order may have been carried out, or may yet be. Read the topology, or repeat the order: what is done "
        + "already is answered as the first time.");

    public static readonly ApiError NotFounded = new(503, "not_founded",
        "This gateway does not know the cluster yet: no node has told of its founding.", RetryAfterSeconds: 1);

    public static readonly ApiError SystemUnavailable = new(503, "system_unavailable",
        "No node can be asked, or no quorum of the system partition answers; nothing was changed.", RetryAfterSeconds: 1);

    public static readonly ApiError NoNodeNumber = new(400, InvalidTarget.Code,
        "A node's number is from 1 to 65535, without zeros before it.");

    public static readonly ApiError NoPlanId = new(400, InvalidTarget.Code,
        "The path names no plan: a plan has its id in the answer that told it.");

    public static readonly ApiError InvalidGeneration = new(400, InvalidEntityTag.Code,
        "If-Match takes the generation of the pending plan, in quotes and alone.");

    public static readonly ApiError PreconditionRequired = new(428, "precondition_required",
        "Send the generation of the pending plan as If-Match: GET /v1/admin/plan tells it.");

    public static readonly ApiError ReadTimeout = new(503, "read_timeout", "No quorum answered in time.", RetryAfterSeconds: 1);

    public static readonly ApiError Internal = new(500, "internal_error", "The gateway failed; the cause is in its log.");

    public static ApiError KeyTooLong(int max) => new(400, "key_too_long", $"The key is longer than {max} bytes.");

    public static ApiError ValueTooLarge(int max) => new(413, "value_too_large", $"The value is longer than {max} bytes.");

    public static readonly ApiError ValueTooLargeForNode = new(413, "value_too_large", "The value is longer than the storage node takes.");

    public static ApiError InvalidJson(string detail) => new(400, "invalid_json", detail);

    /// <param name="number">The number of the wish in its list, from 1.</param>
    /// <param name="fault">What is wrong with it, as the end of a sentence.</param>
    public static ApiError InvalidWish(int number, string fault) => new(400, "invalid_wish", $"Wish {number} {fault}.");

    /// <summary>For a change of the topology that the cluster refused: a conflict with what is there, or what can never be.</summary>
    public static ApiError FromRefusal(TopologyRefusal refusal) => refusal.Code switch
    {
        TopologyRefusal.SystemUnavailable => SystemUnavailable,
        TopologyRefusal.NotEnoughNodes or TopologyRefusal.UnknownNode or TopologyRefusal.NodeInUse or TopologyRefusal.OverLimit =>
            new ApiError(StatusCodes.Status422UnprocessableEntity, refusal.Code, refusal.Detail),
        _ => new ApiError(StatusCodes.Status409Conflict, refusal.Code, refusal.Detail),
    };

    /// <summary>For an answer of the server itself that has no body.</summary>
    public static ApiError FromStatus(int status) => status switch
    {
        404 => RouteNotFound,
        405 => MethodNotAllowed,
        408 => BodyTimeout,
        413 => BodyTooLarge,
        500 => Internal,
        < 500 => new ApiError(status, "bad_request", "The request was refused."),
        _ => new ApiError(status, "unavailable", "The request could not be carried out."),
    };

    /// <summary>For a body that was not taken in.</summary>
    public static ApiError FromFault(BodyFault fault) => fault == BodyFault.NoRoom ? Overloaded : BodyTooLarge;

    /// <summary>For a request whose form is wrong.</summary>
    public static ApiError FromFault(RequestFault fault) => fault switch
    {
        RequestFault.UnknownMethod => MethodUnknown,
        RequestFault.UnknownTransferCoding => TransferCodingNotSupported,
        RequestFault.UnknownContentCoding => ContentEncodingNotSupported,
        _ => InvalidFraming,
    };

    /// <summary>For an operation that was not applied.</summary>
    public static ApiError FromReason(NotAppliedReason reason) => reason switch
    {
        NotAppliedReason.Overloaded => Overloaded,
        NotAppliedReason.Unauthorized => TokenInvalid,
        NotAppliedReason.ValueTooLarge => ValueTooLargeForNode,
        NotAppliedReason.Invalid => RefusedByNode,
        NotAppliedReason.StorageUnavailable => StorageUnavailable,
        NotAppliedReason.StorageFull => StorageFull,
        NotAppliedReason.TooManyHops => NoCoordinator,
        NotAppliedReason.NotReady => NotReady,
        _ => NoQuorum,
    };
}
