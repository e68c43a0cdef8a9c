using System.Net;
using System.Net.Sockets;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Handshake;

namespace AspireKv.Transport.Tests.Hosting;

/// <summary>A peer that speaks bytes, to say what a well-behaved one never would.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client;

    private RawPeer(IPAddress from) => _client = new TcpClient(new IPEndPoint(from, 0)) { NoDelay = true };

    public NetworkStream Stream => _client.GetStream();

    /// <param name="endPoint">Where to.</param>
    /// <param name="from">The own address; by default 127.0.0.1.</param>
    public static async Task<RawPeer> ConnectAsync(IPEndPoint endPoint, IPAddress? from = null)
    {
        var peer = new RawPeer(from ?? IPAddress.Loopback);
        await peer._client.ConnectAsync(endPoint);
        return peer;
    }

    /// <summary>Dials, and does all that a handshake asks for.</summary>
    public static async Task<RawPeer> AuthenticateAsync(IPEndPoint endPoint, PeerIdentity? identity = null)
    {
        var peer = await ConnectAsync(endPoint);
        var answer = await peer.ShakeHandsAsync(HelloOf(identity ?? TestPeers.Node1));
        Assert.Equal(HandshakeVerdict.Accepted, (HandshakeVerdict)answer[0]);
        return peer;
    }

    /// <summary>What a peer says first that looks for node 2 and knows no cluster yet.</summary>
    public static Hello HelloOf(PeerIdentity identity) => Hello.Create(new LocalPeer(identity, () => null), TestPeers.Node2.Node);

    /// <param name="hello">What this peer says of itself.</param>
    /// <param name="secret">What it proves to hold.</param>
    /// <param name="meanwhile">Done while the server awaits the proof.</param>
    /// <returns>The server's verdict and proof.</returns>
    public async Task<byte[]> ShakeHandsAsync(Hello hello, string secret = TestPeers.Secret, Action? meanwhile = null)
    {
        var own = hello.Encode();
        await Stream.WriteAsync(own);
        var server = await ReadHelloAsync();
        meanwhile?.Invoke();
        await Stream.WriteAsync(HandshakeProof.OfClient(new ClusterCredential(secret), own, server));
        return await ReadAsync(1 + HandshakeProof.Bytes);
    }

    /// <summary>Sends a ping and waits for its answer.</summary>
    public async Task PingAsync()
    {
        var ping = WireMessages.Frame(MessageKind.Ping, WireMessages.Encode(static writer => MessageBodies.Ping(writer, 1)));
        await Stream.WriteAsync(ping);
        await ReadAsync(ping.Length);
    }

    public async Task<byte[]> ReadHelloAsync()
    {
        var header = await ReadAsync(Hello.HeaderBytes);
        return [.. header, .. await ReadAsync(header[5] | (header[6] << 8))];
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Eventually.CompletesAsync(Stream.ReadExactlyAsync(bytes).AsTask(), $"{count} bytes arrive");
        return bytes;
    }

    /// <summary>Waits until the other side has closed the connection; what it still sends is dropped.</summary>
    public async Task IsClosedAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await Eventually.CompletesAsync(Stream.ReadAsync(buffer).AsTask(), "the other side closes the connection") > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is a close too.
        }
    }

    public void Dispose() => _client.Dispose();
}
