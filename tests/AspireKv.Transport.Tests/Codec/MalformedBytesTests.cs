using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
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
            (ref WireReader reader) => PeerRequestCodec.Read(ref reader, out _))),
        .. Enum.GetValues<PeerResponseKind>().Select(kind => Pair(
            writer => PeerResponseCodec.Write(writer, Samples.Response(kind)), PeerResponseCodec.Read)),
        .. Enum.GetValues<OperationKind>().Select(kind => Pair(
            writer => OperationCodec.Write(writer, Samples.Operation(kind, ConditionKind.RevisionIsNoneOf)), OperationCodec.Read)),
        Pair(writer => OperationResultCodec.Write(writer, Samples.Found), OperationResultCodec.Read),
        Pair(writer => StatusCodec.Write(writer, Samples.Status), StatusCodec.Read),
        Pair(writer => FoundingCodec.Write(writer, new FoundingRequest(Samples.Founding.Members[0], Samples.Founding)), FoundingCodec.ReadRequest),
        Pair(writer => FoundingCodec.Write(writer, new FoundingResponse(Samples.Founding.Members[0], null)), FoundingCodec.ReadResponse),
        (new byte[60], bytes => Hello.Decode(bytes)),
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
                Assert.Throws<MalformedMessageException>(() => decode(sample[..length]));
            }

            decode(sample);
            Assert.Throws<MalformedMessageException>(() => decode([.. sample, 0]));
        }
    }

    [Theory]
    [InlineData("8000", "more bytes than it needs")]
    [InlineData("ffffffffffffffffff02", "more than 64 bits")]
    [InlineData("ffffffffffffffffff7f", "more than 64 bits")]
    [InlineData("ffffffffffffffffff01", "at most")]
    [InlineData("ff", "are left")]
    public void Number_WrittenWrongly_IsRefused(string hex, string cause)
    {
        var refusal = Assert.Throws<MalformedMessageException>(
            () => WireMessages.Decode(Convert.FromHexString(hex), (ref WireReader reader) => reader.ReadNumber("a number")));

        Assert.Contains(cause, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_OverItsBound_IsRefusedBeforeItIsBelieved()
    {
        AssertRefused(writer => writer.WriteNumber(WireLimits.MaxKeyBytes + 1), VersioningCodec.ReadKey);
        AssertRefused(writer => writer.WriteNumber(WireMessages.Limits.MaxValueBytes + 1), VersioningCodec.ReadValue);
        AssertRefused(writer => writer.WriteNumber(WireLimits.MaxContentTypeBytes + 1), VersioningCodec.ReadContentType);
        AssertRefused(writer => writer.WriteNumber(WireLimits.MaxReplicas + 1), TopologyCodec.ReadNodes);
        AssertRefused(writer => writer.WriteNumber(WireLimits.MaxPartitions), TopologyCodec.ReadPartition);
        AssertRefused(writer => writer.WriteNumber(WireLimits.MaxNodeId + 1), VersioningCodec.ReadNode);
    }

    [Fact]
    public void Writer_MessageOverABound_ThrowsForTheCaller()
    {
        var longKey = Samples.Request(PeerRequestKind.Read) with { Key = new StoreKey(new byte[WireLimits.MaxKeyBytes + 1]) };
        var noKey = Samples.Request(PeerRequestKind.Read) with { Key = default };
        var longValue = Samples.Entry with { Value = new byte[WireMessages.Limits.MaxValueBytes + 1] };
        var longToken = Samples.Operation(OperationKind.Get) with { AccessToken = new byte[WireLimits.MaxAccessTokenBytes + 1] };
        var longTime = Samples.Operation(OperationKind.Get) with { Timeout = WireLimits.MaxTimeout + TimeSpan.FromMilliseconds(1) };
        var manyRevisions = Samples.Operation(OperationKind.Get, ConditionKind.RevisionIsOneOf);
        manyRevisions = manyRevisions with
        {
            Operation = manyRevisions.Operation with { Revisions = [.. Enumerable.Repeat(Samples.Stamp, WireLimits.MaxRevisions + 1)] },
        };

        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => PeerRequestCodec.Write(writer, longKey, default)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => PeerRequestCodec.Write(writer, noKey, default)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => VersioningCodec.Write(writer, longValue)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longToken)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longTime)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, manyRevisions)));
    }

    [Fact]
    public void Config_NodeTwiceInOneList_IsRefused() =>
        AssertRefused(writer => TopologyCodec.Write(writer, [new NodeId(1), new NodeId(1)]), TopologyCodec.ReadNodes);

    private static void AssertRefused<T>(Action<WireWriter> write, WireMessages.Decoder<T> read) =>
        Assert.Throws<MalformedMessageException>(() => WireMessages.Decode(WireMessages.Encode(write), read));

    private static (byte[] Sample, Action<byte[]> Decode) Pair<T>(Action<WireWriter> write, WireMessages.Decoder<T> read) =>
        (WireMessages.Encode(write), bytes => WireMessages.Decode(bytes, read));

    private static void DecodeOrRefuse(Action<byte[]> decode, byte[] bytes)
    {
        try
        {
            decode(bytes);
        }
        catch (MalformedMessageException)
        {
            // The one way to say no.
        }
    }
}
