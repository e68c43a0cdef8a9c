using System.Diagnostics;
using AspireKv.Encoding;

namespace AspireKv.Transport.Codec;

/// <summary>
/// A W3C trace context (https://www.w3.org/TR/trace-context/): 16 bytes of trace id, 8 of parent id, 1 of flags; the trace state
/// is not sent.
/// </summary>
internal static class TraceCodec
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    public static bool IsPresent(in ActivityContext trace) => trace.TraceId != default && trace.SpanId != default;

    public static void Write(ByteWriter writer, in ActivityContext trace)
    {
        Span<byte> bytes = stackalloc byte[TraceIdBytes + SpanIdBytes + 1];
        // CopyTo fills, or overruns, whatever it is given: exactly the room for each.
        trace.TraceId.CopyTo(bytes[..TraceIdBytes]);
        trace.SpanId.CopyTo(bytes.Slice(TraceIdBytes, SpanIdBytes));
        bytes[^1] = (byte)trace.TraceFlags;
        writer.WriteRaw(bytes);
    }

    public static ActivityContext Read(ref ByteReader reader)
    {
        var traceId = ActivityTraceId.CreateFromBytes(reader.ReadRaw(TraceIdBytes));
        var spanId = ActivitySpanId.CreateFromBytes(reader.ReadRaw(SpanIdBytes));
        var flags = (ActivityTraceFlags)(reader.ReadByte() & (byte)ActivityTraceFlags.Recorded);
        return new ActivityContext(traceId, spanId, flags, isRemote: true);
    }
}
