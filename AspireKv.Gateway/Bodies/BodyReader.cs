using System.Buffers;
using System.IO.Pipelines;

namespace AspireKv.Gateway.Bodies;

/// <summary>
/// Reads a whole request body into one array of its size, never more than a bound, and only with room in the budget. Memory follows what
/// has arrived, not what was announced, once that is more than a small body.
/// </summary>
internal sealed class BodyReader(BodyBudget budget)
{
    /// <summary>What a body of unknown length is given at first.</summary>
    private const int FirstBytes = 4096;

    /// <param name="context">The request, whose body is read once. What it takes of the budget is given back when the request ends.</param>
    /// <param name="maxBytes">Bytes of the longest body taken.</param>
    /// <returns>The body, or why it was not taken. What else goes wrong is a <see cref="BadHttpRequestException"/>.</returns>
    public ValueTask<(BodyFault Fault, byte[] Body)> ReadAsync(HttpContext context, int maxBytes)
    {
        var request = context.Request;
        return request.ContentLength switch
        {
            0 => new((BodyFault.None, [])),
            > 0 and var length => length > maxBytes ? new((BodyFault.TooLong, [])) : ReadKnownAsync(context, (int)length),
            _ when request.Headers.TransferEncoding.Count > 0 || !HttpProtocol.IsHttp11(request.Protocol) =>
                ReadUnknownAsync(context, maxBytes),
            _ => new((BodyFault.None, [])),
        };
    }

    private async ValueTask<(BodyFault Fault, byte[] Body)> ReadKnownAsync(HttpContext context, int length)
    {
        if (!OpenShare(context).TryGrowTo(length))
        {
            return (BodyFault.NoRoom, []);
        }

        var reader = context.Request.BodyReader;
        var body = GC.AllocateUninitializedArray<byte>(Math.Min(length, BodyBudget.SmallBytes));
        var count = 0;
        while (count < length)
        {
            var result = await ReadPartAsync(reader, context.RequestAborted);
            foreach (var segment in result.Buffer)
            {
                var room = RoomFor(count + segment.Length, body.Length, length);
                if (room > body.Length)
                {
                    Array.Resize(ref body, room);
                }

                segment.Span.CopyTo(body.AsSpan(count));
                count += segment.Length;
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted && count < length)
            {
                throw new BadHttpRequestException("The body ended early.");
            }
        }

        return (BodyFault.None, body);
    }

    private async ValueTask<(BodyFault Fault, byte[] Body)> ReadUnknownAsync(HttpContext context, int maxBytes)
    {
        var share = OpenShare(context);
        var reader = context.Request.BodyReader;
        var body = Array.Empty<byte>();
        var count = 0;
        while (true)
        {
            var result = await ReadPartAsync(reader, context.RequestAborted);
            var needed = count + result.Buffer.Length;
            var room = RoomFor((int)Math.Min(needed, maxBytes), Math.Max(body.Length, FirstBytes), maxBytes);
            var fault = needed > maxBytes ? BodyFault.TooLong : share.TryGrowTo(room) ? BodyFault.None : BodyFault.NoRoom;
            if (fault != BodyFault.None)
            {
                reader.AdvanceTo(result.Buffer.End);
                return (fault, []);
            }

            Array.Resize(ref body, room);
            result.Buffer.CopyTo(body.AsSpan(count));
            count = (int)needed;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return (BodyFault.None, body.AsSpan(0, count).ToArray());
            }
        }
    }

    private BodyShare OpenShare(HttpContext context)
    {
        var share = new BodyShare(budget, context.Connection.RemoteIpAddress);
        context.Response.RegisterForDispose(share);
        return share;
    }

    /// <summary>How long an array must be for so many bytes: twice as long as it was where they do not fit.</summary>
    private static int RoomFor(int needed, int length, int max) =>
        needed > length ? (int)Math.Min(max, Math.Max(length * 2L, needed)) : length;

    /// <summary>
    /// Whatever keeps the server from reading a body is wrong with the body, though only a part of it comes as
    /// <see cref="BadHttpRequestException"/>: the size of a chunk that fits into no number is an <see cref="IOException"/>.
    /// </summary>
    private static ValueTask<ReadResult> ReadPartAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            var read = reader.ReadAsync(cancellationToken);
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
}
