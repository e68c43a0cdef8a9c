using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;
using CsCheck;

namespace AspireKv.Transport.Tests.Codec;

public sealed class MalformedBytesTests
{
    private static readonly DecoderFuzz Decoders = new(
    [
        .. Enum.GetValues<PeerRequestKind>().Select(kind => DecoderFuzz.Pair(
            writer => PeerRequestCodec.Write(writer, Samples.Request(kind), Samples.Trace),
            (ref ByteReader reader) => PeerRequestCodec.Read(ref reader, out _))),
        .. Enum.GetValues<PeerResponseKind>().Select(kind => DecoderFuzz.Pair(
            writer => PeerResponseCodec.Write(writer, Samples.Response(kind)), PeerResponseCodec.Read)),
        .. Enum.GetValues<OperationKind>().Select(kind => DecoderFuzz.Pair(
            writer => OperationCodec.Write(writer, Samples.Operation(kind, ConditionKind.RevisionIsNoneOf)), OperationCodec.Read)),
        DecoderFuzz.Pair(writer => OperationResultCodec.Write(writer, Samples.Found), OperationResultCodec.Read),
        DecoderFuzz.Pair(writer => StatusCodec.Write(writer, Samples.Status), StatusCodec.Read),
        DecoderFuzz.Pair(writer => TombstoneCodec.Write(writer, Samples.Tombstones), TombstoneCodec.Read),
        DecoderFuzz.Pair(writer => PlanCodec.Write(writer, new PlanOutcome(Samples.Plan, null)), PlanCodec.ReadOutcome),
        .. Samples.Orders.Select(order => DecoderFuzz.Pair(writer => OrderCodec.Write(writer, order), OrderCodec.ReadOrder)),
        DecoderFuzz.Pair(
            writer => OrderCodec.Write(writer, new OrderResult(OrderOutcome.Refused, 2, 1, new TopologyRefusal("twin", "two"))),
            OrderCodec.ReadResult),
        DecoderFuzz.Pair(
            writer => TopologyMessagesCodec.Write(
                writer, new SizesResponse(new Dictionary<int, PartitionSize> { [200] = new(300, 70_000), [0] = new(1, 2) })),
            TopologyMessagesCodec.ReadSizesResponse),
        DecoderFuzz.Pair(
            writer => FoundingCodec.Write(writer, new FoundingRequest(SampleValues.Founding.Members[0], SampleValues.Founding)),
            FoundingCodec.ReadRequest),
        DecoderFuzz.Pair(
            writer => FoundingCodec.Write(writer, new FoundingResponse(SampleValues.Founding.Members[0], null)),
            FoundingCodec.ReadResponse),
    ]);

    [Fact]
    public void Decoders_MutatedMessages_ThrowNothingButTheDocumentedException() => Decoders.Change(maxCut: 400);

    [Fact]
    public void Decoders_RandomBytes_ThrowNothingButTheDocumentedException() => Decoders.Randomize();

    [Fact]
    public void Decoders_EveryTruncation_IsRefused() => Decoders.Truncate();

    /// <summary>The handshake is before the frames, so a hello is refused in the words of the wire.</summary>
    [Fact]
    public void Hello_RandomBytes_AreRefusedInTheWordsOfTheWire() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            try
            {
                Hello.Decode(bytes);
            }
            catch (MalformedMessageException)
            {
                // The one way to say no.
            }
        },
        iter: 10_000);

    /// <summary>Whoever sweeps goes on behind the end of a page, so a page that lies about its end would leave keys out.</summary>
    [Theory]
    [InlineData("b", "a", "c", "not in order")]
    [InlineData("a", "a", "c", "not in order")]
    [InlineData("a", "c", "b", "behind its end")]
    public void Page_OutOfOrder_IsRefused(string first, string second, string upTo, string cause)
    {
        var keys = new[] { first, second }.Select(key => new ListedKey(KeyOf(key), SampleValues.Stamp));
        var page = Samples.Response(PeerResponseKind.KeysListed) with { Page = new KeyPage([.. keys], KeyOf(upTo)) };

        var refusal = Assert.Throws<MalformedBytesException>(
            () => WireMessages.Decode(WireMessages.Encode(writer => PeerResponseCodec.Write(writer, page)), PeerResponseCodec.Read));

        Assert.Contains(cause, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A page that looked at many keys and found none of the buckets.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData(null)]
    public void Page_WithoutKeys_SurvivesTheRoundTrip(string? upTo)
    {
        var page = Samples.Response(PeerResponseKind.KeysListed) with { Page = new KeyPage([], upTo is null ? default : KeyOf(upTo)) };

        var decoded = WireMessages.Decode(WireMessages.Encode(writer => PeerResponseCodec.Write(writer, page)), PeerResponseCodec.Read);

        Assert.Empty(decoded.Page!.Keys);
        Assert.Equal(page.Page!.UpTo, decoded.Page.UpTo);
        Assert.Equal(upTo is null, decoded.Page.IsLast);
    }

    [Fact]
    public void Writer_MessageOverABound_ThrowsForTheCaller()
    {
        var noKey = Samples.Request(PeerRequestKind.Read) with { Key = default };
        var longToken = Samples.Operation(OperationKind.Get) with { AccessToken = new byte[WireLimits.MaxAccessTokenBytes + 1] };
        var longTime = Samples.Operation(OperationKind.Get) with { Timeout = WireLimits.MaxTimeout + TimeSpan.FromMilliseconds(1) };
        var manyRevisions = Samples.Operation(OperationKind.Get, ConditionKind.RevisionIsOneOf);
        manyRevisions = manyRevisions with
        {
            Operation = manyRevisions.Operation with
            {
                Revisions = [.. Enumerable.Repeat(SampleValues.Stamp, WireLimits.MaxRevisions + 1)],
            },
        };

        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => PeerRequestCodec.Write(writer, noKey, default)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longToken)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, longTime)));
        Assert.Throws<ArgumentException>(() => WireMessages.Encode(writer => OperationCodec.Write(writer, manyRevisions)));
    }

    private static StoreKey KeyOf(string key) => StoreKey.Create("default", System.Text.Encoding.UTF8.GetBytes(key));
}
