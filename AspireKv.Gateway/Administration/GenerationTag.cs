using AspireKv.Gateway.Errors;
using AspireKv.Gateway.KeyValue;
using Microsoft.Extensions.Primitives;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// If-Match as a cancellation takes it: one strong tag, which is the generation of what is pending. Neither <c>*</c> nor a list is taken,
/// since the operator is to say what is cancelled.
/// </summary>
internal static class GenerationTag
{
    /// <returns>What is wrong with the header, or null.</returns>
    public static ApiError? Read(StringValues header, out long generation)
    {
        generation = 0;
        if (header.Count == 0)
        {
            return ApiError.PreconditionRequired;
        }

        var text = header.ToString().AsSpan().Trim(" \t");
        return EntityTag.TryTake(ref text, out var opaque, out var isWeak)
            && text.IsEmpty
            && !isWeak
            && EntityTag.TryParseNumber(opaque, out generation)
                ? null
                : ApiError.InvalidGeneration;
    }
}
