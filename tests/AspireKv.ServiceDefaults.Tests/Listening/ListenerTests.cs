using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Builder;

namespace AspireKv.ServiceDefaults.Tests.Listening;

/// <summary>A real listener with the limits of a service, and raw connections to it.</summary>
public sealed class ListenerTests
{
    private const string LastChunk = "\r\n0\r\n\r\n";
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

            Assert.True(await IsRefusedAsync(app, "127.0.0.1"));
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

    /// <summary>The addresses are opened in code, and the server's own certificate is that of the configuration all the same.</summary>
    [Fact]
    public async Task Https_WithTheCertificateOfTheConfiguration_IsServed()
    {
        var directory = Directory.CreateTempSubdirectory("aspirekv-certificate-");
        try
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            var path = Path.Combine(directory.FullName, "own.pfx");
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, "secret"));
            await using var app = Build(
                "--urls=https://127.0.0.1:0",
                $"--Kestrel:Certificates:Default:Path={path}",
                "--Kestrel:Certificates:Default:Password=secret");
            await app.StartAsync();
            using var handler = new HttpClientHandler();
            handler.ServerCertificateCustomValidationCallback = (_, served, _, _) => served!.Thumbprint == certificate.Thumbprint;
            using var client = new HttpClient(handler);

            Assert.Contains("Healthy", await client.GetStringAsync(new Uri(new Uri(app.Urls.Single()), "alive")), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", .. args]);
        builder.AddServiceDefaults();
        builder.AddListeners(ListenAddress.Read(builder.Configuration));
        builder.Services.AddListenerOptions();
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

    /// <summary>A connection that is reset at once may be so before its client knows that it was made.</summary>
    private static async Task<bool> IsRefusedAsync(WebApplication app, string from)
    {
        try
        {
            using var socket = await ConnectAsync(app, from);
            return await AskAsync(socket) == "";
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    /// <summary>All that is answered, which may come in pieces, or nothing when the connection was closed.</summary>
    private static async Task<string> AskAsync(Socket socket)
    {
        var answer = new StringBuilder();
        try
        {
            await socket.SendAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var buffer = new byte[4096];
            for (var count = 1; count > 0 && !answer.ToString().EndsWith(LastChunk, StringComparison.Ordinal);)
            {
                count = await socket.ReceiveAsync(buffer).WaitAsync(Limit, TimeProvider.System);
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Closed: what came before is all there is.
        }

        return answer.ToString();
    }
}
