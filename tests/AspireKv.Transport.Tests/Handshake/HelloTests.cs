using System.Security.Cryptography;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Handshake;

public sealed class HelloTests
{
    private static readonly Hello Full = new(
        [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
        TestPeers.Node1,
        TestPeers.Node2.Node,
        new FeatureLevels(1, 3),
        new Guid("00112233-4455-6677-8899-aabbccddeeff"));

    /// <summary>The header is the same in every version, and the nonce stands first of what follows.</summary>
    [Fact]
    public void Bytes_OfAHello_AreThese()
    {
        const string header = "414b5650" + "07";
        const string nonce = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        const string identity = "01" + "01" + "0b00000000000000" + "056e6f646531" + "02" + "01" + "03";

        Assert.Equal(
            header + "4400" + nonce + "01" + identity + "00112233445566778899aabbccddeeff", Convert.ToHexStringLower(Full.Encode()));
        Assert.Equal(
            header + "3400" + nonce + "00" + identity, Convert.ToHexStringLower((Full with { ClusterId = null }).Encode()));
    }

    [Fact]
    public async Task Read_WhatWasWritten_GivesTheSame()
    {
        foreach (var hello in (Hello[])[Full, Full with { ClusterId = null }, WithName(new string('n', ValueLimits.MaxNameBytes))])
        {
            var bytes = hello.Encode();
            var (read, said) = await ReadAsync(bytes);

            Assert.Equal(bytes, read);
            Assert.Equal(hello.Nonce, said.Nonce);
            Assert.Equal(hello with { Nonce = said.Nonce }, said);
        }
    }

    [Fact]
    public void Create_TwiceForOnePeer_HasAnotherNonce()
    {
        var local = new LocalPeer(TestPeers.Node1, () => null);

        Assert.NotEqual(Hello.Create(local, NodeId.None).Nonce, Hello.Create(local, NodeId.None).Nonce);
    }

    /// <summary>Names go into logs before their owner has proved anything.</summary>
    [Theory]
    [InlineData("node1\n3050 Node 2 connected")]
    [InlineData("\u001b[31m")]
    [InlineData("\u0085")]
    public async Task Read_NameWithControlCharacters_IsRefused(string name) =>
        await MalformedAsync(WithName(name).Encode(), "A name holds control characters.");

    [Fact]
    public async Task Read_LevelsTheWrongWayRound_IsRefused() => await MalformedAsync(
        (Full with { Levels = new FeatureLevels(3, 2) }).Encode(),
        "A hello cannot be read: the oldest feature level is above the newest.");

    [Fact]
    public async Task Read_BytesBehindTheHello_IsRefused()
    {
        byte[] longer = [.. Full.Encode(), 0];
        longer[5]++;

        await MalformedAsync(longer, "A hello cannot be read: 1 bytes are left at the end.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(513)]
    [InlineData(0xffff)]
    public async Task Read_IllegalLength_IsRefusedBeforeTheBodyComes(int length) => await MalformedAsync(
        [.. Hello.Magic, Hello.Version, (byte)length, (byte)(length >> 8)],
        $"A hello of {length} bytes is announced; 1 to 512 are legal.");

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(512)]
    public async Task Read_LegalLength_IsReadToItsEnd(int length) => await MalformedAsync(
        [.. Hello.Magic, Hello.Version, (byte)length, (byte)(length >> 8), .. Enumerable.Repeat((byte)0xff, length)],
        "A hello cannot be read: ");

    [Theory]
    [InlineData("BKVP", 5, "protocol")]
    [InlineData("AKVQ", 5, "protocol")]
    [InlineData("AKVP", 4, "version")]
    [InlineData("AKVP", 8, "version")]
    public async Task Read_OtherProtocolOrVersion_IsRefused(string magic, byte version, string reason)
    {
        var refusal = await Assert.ThrowsAsync<HandshakeRefusedException>(
            () => ReadAsync([.. System.Text.Encoding.ASCII.GetBytes(magic), version, 1, 0]));

        Assert.Equal(reason, refusal.Reason);
    }

    /// <summary>A proof is good for one side, one verdict, these two hellos and this secret, and for nothing else.</summary>
    [Fact]
    public void Proof_IsTheAuthenticationCodeOfLabelVerdictAndHellos()
    {
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            System.Text.Encoding.UTF8.GetBytes(TestPeers.Secret),
            32,
            info: "aspirekv peer handshake"u8.ToArray());
        var credential = new ClusterCredential(TestPeers.Secret);

        Assert.Equal(
            HMACSHA256.HashData(key, (byte[])[.. "aspirekv client"u8, 0, 1, 2, 3]), HandshakeProof.OfClient(credential, [1, 2], [3]));
        Assert.Equal(
            HMACSHA256.HashData(key, (byte[])[.. "aspirekv server"u8, 8, 1, 2, 3]),
            HandshakeProof.OfServer(credential, [1, 2], [3], HandshakeVerdict.Busy));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 3, true)]
    [InlineData(3, 3, true)]
    [InlineData(3, 5, true)]
    [InlineData(4, 5, false)]
    [InlineData(0, 0, false)]
    public void Overlap_OfLevels_IsWhereBothCanWriteAndRead(int oldest, int newest, bool overlap)
    {
        var (ours, theirs) = (new FeatureLevels(1, 3), new FeatureLevels(oldest, newest));

        Assert.Equal(overlap, ours.Overlap(theirs));
        Assert.Equal(overlap, theirs.Overlap(ours));
    }

    [Fact]
    public void Credential_OfTheLeastLength_IsTakenAndNeverShown()
    {
        var credential = new ClusterCredential(new string('s', 32));

        Assert.Equal(nameof(ClusterCredential), credential.ToString());
        Assert.Null(ClusterCredential.FindFault(new string('s', 32)));
        Assert.NotNull(ClusterCredential.FindFault(new string('s', 31)));
    }

    private static Hello WithName(string name) => Full with { Identity = TestPeers.Node1 with { Name = name } };

    private static async Task<(byte[] Bytes, Hello Hello)> ReadAsync(byte[] bytes)
    {
        var pair = new DuplexPair();
        await pair.Client.Output.WriteAsync(bytes);
        return await Eventually.CompletesAsync(
            new HandshakeStream(pair.Server).ReadHelloAsync(CancellationToken.None), "the hello is read");
    }

    private static async Task MalformedAsync(byte[] bytes, string message)
    {
        var refusal = await Assert.ThrowsAsync<MalformedMessageException>(() => ReadAsync(bytes));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }
}
