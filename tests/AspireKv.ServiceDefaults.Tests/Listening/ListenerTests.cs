using System.Net;
using System.Net.Sockets;
using System.Text;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace AspireKv.ServiceDefaults.Tests.Listening;

/// <summary>A real listener with the limits of a service, and raw connections to it.</summary>
public sealed class ListenerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Connections_BeyondTheLimitOfAnAddress_AreClosedAndOthersServed()
    {
        await using var app = Build("--Listener:MaxConnections=100", "--Listener:MaxConnectionsPerAddress=3");
        await app.StartAsync();
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                held.Add(await ConnectAsync(app, "127.0.0.1"));
                Assert.StartsWith("HTTP/1.1 200", await AskAsync(held[i]), StringComparison.Ordinal);
            }

            using var refused = await ConnectAsync(app, "127.0.0.1");
            Assert.Equal("", await AskAsync(refused));
            using var other = await ConnectAsync(app, "127.0.0.2");
            Assert.StartsWith("HTTP/1.1 200", await AskAsync(other), StringComparison.Ordinal);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Connections_Idle_AreClosed()
    {
        await using var app = Build("--Listener:IdleTimeout=00:00:03");
        await app.StartAsync();
        using var socket = await ConnectAsync(app, "127.0.0.1");
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(socket), StringComparison.Ordinal);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit, TimeProvider.System));
    }

    private static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder([.. args]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Services.AddListenerOptions();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static listen => listen.LimitConnections()));
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }

    private static async Task<Socket> ConnectAsync(WebApplication app, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        return socket;
    }

    /// <summary>What is answered, or nothing when the connection was closed.</summary>
    private static async Task<string> AskAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var buffer = new byte[4096];
            var count = await socket.ReceiveAsync(buffer).WaitAsync(Limit, TimeProvider.System);
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
