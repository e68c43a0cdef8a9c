using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Codec;

/// <summary>
/// The bytes of version 7, beside those of single values (AspireKv.Encoding.Tests). Where one of these fails, nodes of two builds no longer
/// understand each other: that needs a new version of the protocol, not new golden bytes.
/// </summary>
public sealed class GoldenBytesTests
{
    private const string WishesBytes = "07" + "0104" + "0202" + "0303" + "04c80105" + "0505" + "06020103" + "07";

    [Fact]
    public void PeerRequest_Prepare_HasItsBytes() =>
        AssertBytes(
            "0101c80104ac0202efcdab896745230105" + "0403010203020204"
            + "011111000000000000022222000000000000033333000000000000044444000000000000",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.Prepare), default));

    [Fact]
    public void PeerRequest_AcceptWithTrace_HasItsBytes() =>
        AssertBytes(
            "0302c80104ac0202efcdab896745230105"
            + "0af7651916cd43dd8448eb211c80319cb7ad6b7169203331"
            + "010964656661756c74006b0eac0202070103010a746578742f706c61696e010576616c7565",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.Accept) with { Config = null }, Samples.Trace));

    [Fact]
    public void PeerRequest_Purge_HasItsBytes() =>
        AssertBytes(
            "0500c80104ac0202efcdab8967452301050964656661756c74006bac020207",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.Purge) with { Config = null }, default));

    [Fact]
    public void PeerRequest_Rebuild_HasItsBytes() =>
        AssertBytes(
            "0700c80104ac0202efcdab896745230105ac0202073333000000000000",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.Rebuild) with { Config = null }, default));

    [Fact]
    public void PeerRequest_List_HasItsBytes() =>
        AssertBytes(
            "0800c80104ac0202efcdab8967452301050964656661756c74006b"
            + "0102000000000000" + "0100000000000000" + "0000000000000000" + "0000000000000080",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.List) with { Config = null }, default));

    [Fact]
    public void PeerResponse_KeysListed_HasItsBytes() =>
        AssertBytes(
            "0b01c801efcdab896745230105ac0202042a3333000000000000"
            + "01" + "0964656661756c74006b" + "ac020207" + "0964656661756c74006c",
            writer => PeerResponseCodec.Write(writer, Samples.Response(PeerResponseKind.KeysListed)));

    [Fact]
    public void PeerRequest_Sum_HasItsBytes() =>
        AssertBytes(
            "0b00c80104ac0202efcdab896745230105",
            writer => PeerRequestCodec.Write(writer, Samples.Request(PeerRequestKind.Sum) with { Config = null }, default));

    [Fact]
    public void PeerResponse_Summed_HasItsBytes() =>
        AssertBytes(
            "0e01c801efcdab896745230105ac0202042a3333000000000000"
            + "02" + "01" + "02" + "feffffffffffffff" + "ff" + "ac02" + "efcdab8967452301",
            writer => PeerResponseCodec.Write(writer, Samples.Response(PeerResponseKind.Summed)));

    [Fact]
    public void PeerResponse_BallotRejected_HasItsBytes() =>
        AssertBytes(
            "0801c801efcdab896745230105ac0202042a3333000000000000ad0201",
            writer => PeerResponseCodec.Write(writer, Samples.Response(PeerResponseKind.BallotRejected)));

    [Fact]
    public void PeerResponse_ReadResult_HasItsBytes() =>
        AssertBytes(
            "0205c801efcdab896745230105ac0202042a33330000000000000eac0202070103010a746578742f706c61696e010576616c7565",
            writer => PeerResponseCodec.Write(writer, Samples.Response(PeerResponseKind.ReadResult)));

    [Fact]
    public void Pong_HasItsBytes() =>
        AssertBytes(
            "0807060504030201" + "03" + "c801" + "02" + "03c801",
            static writer => MessageBodies.Pong(writer, (0x0102030405060708, new NodeCondition(
                [new NodeId(3), new NodeId(200)], new DiskCondition(IsSlow: true, IsFull: true, TimeSpan.FromMilliseconds(200))))));

    /// <summary>A disk that syncs in less than a millisecond is not one that did not sync.</summary>
    [Fact]
    public void Pong_OfAQuickDisk_TellsOneMillisecond() =>
        AssertBytes(
            "0807060504030201" + "00" + "01" + "00",
            static writer => MessageBodies.Pong(writer, (0x0102030405060708, new NodeCondition(
                [], new DiskCondition(IsSlow: false, IsFull: false, TimeSpan.FromMicroseconds(60))))));

    [Fact]
    public void Operation_ConditionalPut_HasItsBytes() =>
        AssertBytes(
            "021f02dc0b186865616465722e7061796c6f61642e7369676e6174757265"
            + "0af7651916cd43dd8448eb211c80319cb7ad6b7169203331" + "01"
            + "03" + "0964656661756c74006b0102ac0202070000000a746578742f706c61696e80c0e285e3680576616c7565",
            writer => OperationCodec.Write(writer, Samples.Operation(OperationKind.Put, ConditionKind.RevisionIsOneOf)));

    [Fact]
    public void OperationResult_Found_HasItsBytes() =>
        AssertBytes(
            "010100030eac0202070103010a746578742f706c61696e010576616c7565",
            writer => OperationResultCodec.Write(writer, Samples.Found));

    [Fact]
    public void Status_WithEverything_HasItsBytes() =>
        AssertBytes(
            "0102056e6f646532222200000000000000112233445566778899aabbccddeeff"
            + "0203800101808040" + "0201056e6f646531111100000000000002056e6f646532222200000000000002"
            + "0102020201010102020301ac0202" + "0403010203020204"
            + "011111000000000000022222000000000000033333000000000000044444000000000000" + "04000000",
            writer => StatusCodec.Write(writer, Samples.Status));

    [Fact]
    public void Tombstones_HaveTheirBytes() =>
        AssertBytes(
            "c801ac02800103" + "0201057fe0d403e807" + "030201010200" + "040301010000",
            writer => TombstoneCodec.Write(writer, Samples.Tombstones));

    [Fact]
    public void TopologyRequestAndAnswerWithoutOne_HaveTheirBytes()
    {
        AssertBytes("ac02", writer => TopologyMessagesCodec.Write(writer, new TopologyRequest(300)));
        AssertBytes("00", writer => TopologyMessagesCodec.Write(writer, new TopologyResponse(null)));
    }

    [Fact]
    public void Registration_HasItsBytes()
    {
        AssertBytes(
            "01" + "01056e6f6465311111000000000000" + "06613a37313031",
            writer => TopologyMessagesCodec.Write(
                writer, new RegistrationRequest(SampleValues.Founding.Members[0], "a:7101", TakesShare: true)));
        AssertBytes("047477696e", writer => TopologyMessagesCodec.Write(writer, new RegistrationResponse("twin")));
    }

    [Fact]
    public void Moves_HaveTheirBytes() =>
        AssertBytes(
            "02" + "c801ac0205040301" + "000300000000",
            writer => TopologyMessagesCodec.Write(writer, new MovesResponse(Samples.Moves)));

    [Fact]
    public void Sizes_HaveTheirBytes() =>
        AssertBytes(
            "02" + "000102" + "c801ac02f0a204",
            static writer => TopologyMessagesCodec.Write(
                writer,
                new SizesResponse(new Dictionary<int, PartitionSize> { [200] = new(300, 70_000), [0] = new(1, 2) })));

    [Fact]
    public void Wishes_HaveTheirBytes() => AssertBytes(WishesBytes, static writer => writer.WriteWishes(Samples.Wishes));

    [Fact]
    public void Plan_HasItsBytes() =>
        AssertBytes(
            "01" + "04372d6162" + "07" + WishesBytes + "05" + "0202020401" + "02" + "02040100" + "01" + "00" + "020201" + "020401"
            + "ac02f0a204" + "01" + "0400010203" + "01" + "0177",
            static writer => PlanCodec.Write(writer, new PlanOutcome(Samples.Plan, null)));

    [Fact]
    public void PlanRefusal_HasItsBytes() =>
        AssertBytes(
            "02" + "047477696e" + "0374776f",
            static writer => PlanCodec.Write(writer, new PlanOutcome(null, new TopologyRefusal("twin", "two"))));

    [Theory]
    [InlineData(0, "0104056e6f646534")]
    [InlineData(1, "0204")]
    [InlineData(2, "0304372d6162" + WishesBytes)]
    [InlineData(3, "04ac02")]
    public void Order_HasItsBytes(int order, string bytes) =>
        AssertBytes(bytes, writer => OrderCodec.Write(writer, Samples.Orders[order]));

    [Fact]
    public void OrderResult_HasItsBytes()
    {
        AssertBytes("0100ac0207", static writer => OrderCodec.Write(writer, new OrderResult(OrderOutcome.Done, 300, 7, null)));
        AssertBytes(
            "030102010474776f6e0177",
            static writer => OrderCodec.Write(writer, new OrderResult(OrderOutcome.Refused, 2, 1, new TopologyRefusal("twon", "w"))));
    }

    [Fact]
    public void FoundingRequest_WithoutRecord_HasItsBytes() =>
        AssertBytes(
            "0001056e6f6465311111000000000000",
            writer => FoundingCodec.Write(writer, new FoundingRequest(SampleValues.Founding.Members[0], null)));

    [Fact]
    public void Hello_OfNode_HasItsBytes()
    {
        var hello = new Hello(
            [.. Enumerable.Repeat((byte)7, Hello.NonceBytes)], TestPeers.Node1, new NodeId(2), new FeatureLevels(3, 300),
            SampleValues.Founding.ClusterId);

        Assert.Equal(
            "414b56500745000707070707070707070707070707070707070707070707070707070707070707"
            + "0101010b00000000000000056e6f6465310203ac0200112233445566778899aabbccddeeff",
            Convert.ToHexStringLower(hello.Encode()));
    }

    [Fact]
    public void Proofs_OfKnownHellos_HaveTheirBytes()
    {
        var credential = new ClusterCredential(TestPeers.Secret);

        Assert.Equal(
            "3da55902f31c5a90773d2d9f8735a88702c0df1ba4022bec79d3bef7aaaefbad",
            Convert.ToHexStringLower(HandshakeProof.OfClient(credential, "client"u8, "server"u8)));
        Assert.Equal(
            "d96e33ab7f556823a3765a8fcc3d413fdac422da8ca010ce0cd0c5062bb8c852",
            Convert.ToHexStringLower(HandshakeProof.OfServer(credential, "client"u8, "server"u8, HandshakeVerdict.Accepted)));
    }

    private static void AssertBytes(string expected, Action<ByteWriter> write) =>
        Assert.Equal(expected, Convert.ToHexStringLower(WireMessages.Encode(write)));
}
