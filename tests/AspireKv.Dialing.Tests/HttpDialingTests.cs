using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.Dialing.Tests;

public sealed class HttpDialingTests
{
    private static readonly IPAddress Silent = IPAddress.Parse("127.0.0.3");

    /// <summary>By itself the handler spends all its time to connect on the first address.</summary>
    [Fact]
    public async Task Client_FirstAddressIsSilent_IsAnsweredByTheSecond()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var silent = new FullListener(new IPEndPoint(Silent, port));
        await silent.FillAsync();
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false };
        handler.UseEveryAddress(RaceOf(Silent, IPAddress.Loopback), NoOthers);
        using var client = new HttpClient(handler);

        var answer = client.GetStringAsync($"http://auth:{port}/");

        using var accepted = await Eventually.CompletesAsync(server.AcceptTcpClientAsync(), "the client comes to the second address");
        await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        Assert.Equal("hi", await Eventually.CompletesAsync(answer, "the answer arrives"));
    }

    [Fact]
    public async Task Client_EveryAddressRefuses_TheErrorNamesAll()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.UseEveryAddress(RaceOf(IPAddress.Loopback, Silent), NoOthers);
        using var client = new HttpClient(handler);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(
            () => Eventually.CompletesAsync(client.GetStringAsync($"http://auth:{port}/"), "the request ends"));

        Assert.Contains(
            $"127.0.0.1:{port}: Connection refused; 127.0.0.3:{port}: Connection refused", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The host that the request names comes first, and what was said about it is not lost.</summary>
    [Fact]
    public async Task Client_HostRefuses_IsAnsweredElsewhere()
    {
        using var refuses = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        refuses.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.UseEveryAddress(
            RaceOf(IPAddress.Loopback), _ => ValueTask.FromResult<IReadOnlyList<EndPoint>>([refuses.LocalEndPoint!, server.LocalEndpoint]));
        using var client = new HttpClient(handler);

        var answer = client.GetStringAsync($"http://auth:{((IPEndPoint)refuses.LocalEndPoint!).Port}/");

        using var accepted = await Eventually.CompletesAsync(server.AcceptTcpClientAsync(), "the client comes to the other server");
        await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        Assert.Equal("hi", await Eventually.CompletesAsync(answer, "the answer arrives"));
    }

    private static ValueTask<IReadOnlyList<EndPoint>> NoOthers(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<EndPoint>>([]);

    private static AddressRace RaceOf(params IPAddress[] addresses) => new(TimeProvider.System, (_, _) => Task.FromResult(addresses));

    /// <summary>
    /// An address that says nothing: a listener that accepts nobody, and whose queue is full, so that further SYNs are dropped.
    /// </summary>
    private sealed class FullListener(IPEndPoint endPoint) : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public async Task FillAsync()
        {
            var listener = Add();
            listener.Bind(endPoint);
            listener.Listen(backlog: 0);
            Task connecting;
            do
            {
                connecting = Add().ConnectAsync(endPoint);
            }
            while (await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)) == connecting);
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private Socket Add()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            return socket;
        }
    }
}
