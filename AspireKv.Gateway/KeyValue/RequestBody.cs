using System.IO.Pipelines;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// Reads a whole request body into one array of its size, and never more than a bound. Memory follows what has arrived, not what was
/// announced, once that is more than a small body.
/// </summary>
internal static class RequestBody
{
    private const int FirstChunkBytes = 4096;
    private const int SmallBytes = 64 * 1024;

    /// <param name="request">The request; its body is read once.</param>
    /// <param name="maxBytes">Bytes of the longest body taken.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone.</param>
    /// <returns>The body, or null when it is longer. What else goes wrong is a <see cref="BadHttpRequestException"/>.</returns>
    public static ValueTask<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken) =>
        request.ContentLength switch
        {
            0 => new([]),
            > 0 and var length => length > maxBytes ? new((byte[]?)null) : ReadKnownAsync(request, (int)length, cancellationToken),
            _ when request.Headers.TransferEncoding.Count > 0 || !HttpProtocol.IsHttp11(request.Protocol) =>
                ReadUnknownAsync(request, maxBytes, cancellationToken),
            _ => new([]),
        };

    private static async ValueTask<byte[]?> ReadKnownAsync(HttpRequest request, int length, CancellationToken cancellationToken)
    {
        var body = GC.AllocateUninitializedArray<byte>(Math.Min(length, SmallBytes));
        var count = 0;
        while (count < length)
        {
            var result = await ReadPartAsync(request, cancellationToken);
            foreach (var segment in result.Buffer)
            {
                MakeRoom(ref body, count + segment.Length, length);
                segment.Span.CopyTo(body.AsSpan(count));
                count += segment.Length;
            }

            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted && count < length)
            {
                throw new BadHttpRequestException("The body ended early.");
            }
        }

        return body;
    }

    private static async ValueTask<byte[]?> ReadUnknownAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(FirstChunkBytes, maxBytes)];
        var count = 0;
        while (true)
        {
            var result = await ReadPartAsync(request, cancellationToken);
            if (count + result.Buffer.Length > maxBytes)
            {
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return null;
            }

            foreach (var segment in result.Buffer)
            {
                MakeRoom(ref body, count + segment.Length, maxBytes);
                segment.Span.CopyTo(body.AsSpan(count));
                count += segment.Length;
            }

            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return body.AsSpan(0, count).ToArray();
            }
        }
    }

    /// <summary>
    /// Whatever keeps the server from reading a body is wrong with the body, though only a part of it comes as
    /// <see cref="BadHttpRequestException"/>: the size of a chunk that fits into no number is an <see cref="IOException"/>.
    /// </summary>
    private static ValueTask<ReadResult> ReadPartAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var read = request.BodyReader.ReadAsync(cancellationToken);
            return read.IsCompletedSuccessfully ? read : WaitAsync(read);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read)
    {
        try
        {
            return await read;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is not (BadHttpRequestException or OperationCanceledException or OutOfMemoryException);

    private static BadHttpRequestException Unreadable(Exception exception) =>
        new("The body could not be read.", StatusCodes.Status400BadRequest, exception);

    private static void MakeRoom(ref byte[] body, int needed, int max)
    {
        if (needed > body.Length)
        {
            Array.Resize(ref body, Math.Min(max, Math.Max(body.Length * 2, needed)));
        }
    }
}
