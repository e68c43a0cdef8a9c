using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using CsCheck;

namespace AspireKv.Transport.Tests.Codec;

public sealed class MalformedBytesTests
{
    private static readonly (byte[] Sample, Action<byte[]> Decode)[] Decoders =
    [
        .. Enum.GetValues<PeerRequestKind>().Select(kind => Pair(
            writer => PeerRequestCodec.Write(writer, Samples.Request(kind), Samples.Trace),
            (ref ByteReader reader) => PeerRequestCodec.Read(ref reader, out _))),
        .. Enum.GetValues<PeerResponseKind>().Select(kind => Pair(
            writer => PeerResponseCodec.Write(writer, Samples.Response(kind)), PeerResponseCodec.Read)),
        .. Enum.GetValues<OperationKind>().Select(kind => Pair(
            writer => OperationCodec.Write(writer, Samples.Operation(kind, ConditionKind.RevisionIsNoneOf)), OperationCodec.Read)),
        Pair(writer => OperationResultCodec.Write(writer, Samples.Found), OperationResultCodec.Read),
        Pair(writer => StatusCodec.Write(writer, Samples.Status), StatusCodec.Read),
        Pair(
            writer => FoundingCodec.Write(writer, new FoundingRequest(Samples.Founding.Members[0], Samples.Founding)),
            FoundingCodec.ReadRequest),
        Pair(writer => FoundingCodec.Write(writer, new FoundingResponse(Samples.Founding.Members[0], null)), FoundingCodec.ReadResponse),
        (new byte[60], DecodeHello),
    ];

    [Fact]
    public void Decoders_MutatedMessages_ThrowNothingButTheDocumentedException()
    {
        var edits = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4];
        Gen.Select(Gen.Int[0, Decoders.Length - 1], edits, Gen.Int[0, 400]).Sample(
            (decoder, changes, cut) =>
            {
                var bytes = Decoders[decoder].Sample.ToArray();
                foreach (var (position, value) in changes)
                {
                    bytes[position % bytes.Length] = value;
                }

                DecodeOrRefuse(Decoders[decoder].Decode, cut < bytes.Length ? bytes[..^cut] : bytes);
            },
            iter: 100_000);
    }

    [Fact]
    public void Decoders_RandomBytes_ThrowNothingButTheDocumentedException() =>
        Gen.Select(Gen.Int[0, Decoders.Length - 1], Gen.Byte.Array[0, 200]).Sample(
            (decoder, bytes) => DecodeOrRefuse(Decoders[decoder].Decode, bytes), iter: 100_000);

    [Fact]
    public void Decoders_EveryTruncation_IsRefused()
    {
        foreach (var (sample, decode) in Decoders.SkipLast(1))
        {
            for (var length = 0; length < sample.Length; length++)
            {
                Assert.Throws<MalformedBytesException>(() => decode(sample[..length]));
            }

            decode(sample);
            Assert.Throws<MalformedBytesException>(() => decode([.. sample, 0]));
        }
    }

    [Fact]
    public void Writer_MessageOverABound_ThrowsForTheCaller()
    {
        var noKey = Samples.Request(PeerRequestKind.Read) with { Key = default };
        var longValue = Samples.Entry with { Value = new byte[WireMessages.Limits.MaxValueBytes + 1] };
        var longToken = Samples.Operation(OperationKind.Get) with { AccessToken = new byte[WireLimits.MaxAccessTokenBytes + 1] };
        var longTime = Samples.Operation(OperationKind.Get) with { Timeout = WireLimits.MaxTimeout + TimeSpan.FromMilliseconds(1) };
        var manyRevisions = Samples.Operation(OperationKind.Get, ConditionKind.RevisionIsOneOf);
        manyRevisions = manyRevisions with
        {
            Operation = manyRevisions.Operation with { Revisions = [.. Enumerable.Repeat(Samples.Stamp, WireLimits.MaxRevisions + 1)] },
        };

        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => PeerRequestCodec.Write(writer, noKey, default)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => writer.WriteEntry(longValue)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longToken)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longTime)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, manyRevisions)));
    }

    private static (byte[] Sample, Action<byte[]> Decode) Pair<T>(Action<ByteWriter> write, WireMessages.Decoder<T> read) =>
        (WireMessages.Encode(write), bytes => WireMessages.Decode(bytes, read));

    /// <summary>The handshake is before the frames, so a hello is refused in the words of the wire.</summary>
    private static void DecodeHello(byte[] bytes)
    {
        try
        {
            Hello.Decode(bytes);
        }
        catch (MalformedMessageException)
        {
        }
    }

    private static void DecodeOrRefuse(Action<byte[]> decode, byte[] bytes)
    {
        try
        {
            decode(bytes);
        }
        catch (MalformedBytesException)
        {
            // The one way to say no.
        }
    }
}
