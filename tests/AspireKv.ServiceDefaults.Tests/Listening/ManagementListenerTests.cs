using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AspireKv.ServiceDefaults.Tests.Listening;

/// <summary>A service with a listener for its operators, and what is told there, elsewhere and nowhere.</summary>
public sealed class ManagementListenerTests
{
    private const string Production = "--environment=Production";
    private const string Listener = "--Management:Url=http://127.0.0.1:0";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("https://127.0.0.1:9100", "plain HTTP only")]
    [InlineData("http://127.0.0.1:7001", "http://127.0.0.2:7001 has that port already")]
    [InlineData("http://*:7001", "has that port already")]
    [InlineData("http://node1:9100", "must be an IP address")]
    [InlineData("http://127.0.0.1:9100;http://127.0.0.2:9100", "no address to listen on")]
    [InlineData("http://unix:/run/management.sock", "a port from 0 to 65535")]
    [InlineData("127.0.0.1:9100", "begins with http://")]
    [InlineData("9100", "begins with http://")]
    public void Read_WhatCannotBeOpenedAsWritten_IsRefusedByName(string url, string said)
    {
        var refused = Assert.Throws<StartUpException>(() => Read(url));

        Assert.Contains("Management:Url", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{url}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("http://127.0.0.1:9100", 9100)]
    [InlineData("http://localhost:9100/", 9100)]
    [InlineData("http://*:9100", 9100)]
    public void Read_AnAddressApart_IsThatOne(string? url, int? port) => Assert.Equal(port, Read(url).Address?.Port);

    [Fact]
    public async Task Start_AddressThatThisMachineHasNot_NamesTheOption()
    {
        var refused = await Assert.ThrowsAsync<StartUpException>(
            () => DefaultsHost.StartAsync(null, Production, "--Management:Url=http://192.0.2.1:9100"));

        Assert.Contains("192.0.2.1:9100 (Management:Url)", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The status is for load balancers; what is behind it is for those who can mend it.</summary>
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/all")]
    public async Task Health_OutsideDevelopment_TellsItsDetailsToOperatorsOnly(string path)
    {
        await using var host = await DefaultsHost.StartAsync(
            static () => HealthCheckResult.Unhealthy("No quorum for 3 partitions."), Production, Listener);

        Assert.Equal((503, """{"status":"Unhealthy"}"""), await AskAsync(host.Http, "GET", path));
        Assert.Equal(
            (503, """{"status":"Unhealthy","checks":[{"name":"storage","status":"Unhealthy","reason":"No quorum for 3 partitions."}]}"""),
            await AskAsync(host.Management, "GET", path));
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("HEAD", 200)]
    [InlineData("POST", 405)]
    [InlineData("BREW", 501)]
    public async Task Metrics_OutsideDevelopment_AreForOperatorsOnly(string method, int status)
    {
        await using var host = await DefaultsHost.StartAsync(null, Production, Listener);

        var (own, _) = await AskAsync(host.Http, method, "/metrics");
        var (management, text) = await AskAsync(host.Management, method, "/metrics");

        Assert.Equal((status == 501 ? 501 : 404, status), (own, management));
        Assert.Equal(method == "GET", text.Contains("memory_usage_bytes", StringComparison.Ordinal));
    }

    /// <summary>Nobody who forgot the option shows more than who did not.</summary>
    [Fact]
    public async Task Service_OutsideDevelopmentWithoutTheListener_TellsNoDetails()
    {
        await using var host = await DefaultsHost.StartAsync(static () => HealthCheckResult.Healthy("well"), Production);

        Assert.Equal((200, """{"status":"Healthy"}"""), await AskAsync(host.Http, "GET", "/health"));
        Assert.Equal(404, (await AskAsync(host.Http, "GET", "/metrics")).Status);
        Assert.Equal(200, (await AskAsync(host.Http, "GET", "/alive")).Status);
    }

    /// <summary>A storage node has nothing for clients, and needs no address for them.</summary>
    [Fact]
    public async Task Service_WithNoAddressButTheListener_IsServedThere()
    {
        await using var host = await DefaultsHost.StartAsync(
            static () => HealthCheckResult.Healthy("well"), Production, "--urls=", Listener);

        Assert.Equal(host.Http.BaseAddress, host.Management.BaseAddress);
        Assert.Contains("well", (await AskAsync(host.Management, "GET", "/health")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await AskAsync(host.Management, "GET", "/v1/kv/orders/1")).Status);
    }

    [Fact]
    public async Task Service_InDevelopment_TellsAllOnBoth()
    {
        await using var host = await DefaultsHost.StartAsync(static () => HealthCheckResult.Healthy("well"), Listener);

        foreach (var http in new[] { host.Http, host.Management })
        {
            Assert.Equal(200, (await AskAsync(http, "GET", "/metrics")).Status);
            Assert.Contains("well", (await AskAsync(http, "GET", "/health")).Body, StringComparison.Ordinal);
        }
    }

    /// <summary>By whatever name the request calls the listener: what counts is where it came in.</summary>
    [Theory]
    [InlineData("/v1/kv/orders/1")]
    [InlineData("/boom")]
    [InlineData("/nothing")]
    public async Task Management_RoutesOfTheService_AreNotThere(string path)
    {
        await using var host = await DefaultsHost.StartAsync(null, Production, Listener);

        Assert.Equal((404, ""), await AskAsync(host.Management, "GET", path, host.Http.BaseAddress!.Authority));
        Assert.Equal(404, (await AskAsync(host.Http, "GET", "/metrics", host.Management.BaseAddress!.Authority)).Status);
        Assert.Equal((200, "1"), await AskAsync(host.Http, "GET", "/v1/kv/orders/1"));
    }

    [Fact]
    public async Task Management_Requests_AreMeasuredByTheirRoute()
    {
        await using var host = await DefaultsHost.StartAsync(null, Production, Listener);
        await AskAsync(host.Management, "GET", "/health");
        await AskAsync(host.Management, "GET", "/v1/kv/orders/somebody-by-name");

        // A request is counted once its answer is on its way, which is after the client may have it; and a scrape may be a short while old.
        var text = "";
        await Eventually.TrueAsync(
            async () =>
            {
                (_, text) = await AskAsync(host.Management, "GET", "/metrics");
                return Regex.IsMatch(text, """(?m)^error_count_total\{.*route="unmatched"\} 1\b""")
                    && Regex.IsMatch(text, """(?m)^route_hit_total\{.*route="/health"\} 1\b""");
            },
            "both requests to be counted, each once and by its route",
            () => text);

        Assert.DoesNotContain("somebody-by-name", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Management_ServiceIsFull_IsServedAllTheSame()
    {
        await using var host = await DefaultsHost.StartAsync(null, Production, Listener, "--Listener:MaxConnections=1");
        using var held = await ConnectAsync(host.Http);
        Assert.NotEqual(0, await ReceiveAsync(held));
        using var refused = await ConnectAsync(host.Http);
        Assert.Equal(0, await ReceiveAsync(refused));

        var (status, text) = await AskAsync(host.Management, "GET", "/metrics");

        Assert.Equal(200, status);
        Assert.Matches("""(?m)^aspirekv_http_connections_refused_total\{.*limit="total"\} 1\b""", text);
    }

    /// <summary>An operator's tool that leaks connections takes none of the clients'.</summary>
    [Fact]
    public async Task Management_IsFull_ServesTheServiceAllTheSame()
    {
        await using var host = await DefaultsHost.StartAsync(null, Production, Listener);
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < ManagementListener.MaxConnections; i++)
            {
                held.Add(await ConnectAsync(host.Management));
                Assert.NotEqual(0, await ReceiveAsync(held[i]));
            }

            using var refused = await ConnectAsync(host.Management);
            Assert.Equal(0, await ReceiveAsync(refused));
            Assert.Equal(200, (await AskAsync(host.Http, "GET", "/alive")).Status);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    private static ManagementListener Read(string? url) => ManagementListener.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Management:Url", url)]).Build(),
        ListenAddress.Read(new ConfigurationBuilder().AddInMemoryCollection([new("urls", "http://127.0.0.2:7001")]).Build()));

    private static async Task<(int Status, string Body)> AskAsync(HttpClient http, string method, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A connection of its own, with a question sent.</summary>
    private static async Task<Socket> ConnectAsync(HttpClient to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, to.BaseAddress!.Port);
        try
        {
            await socket.SendAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        }
        catch (SocketException)
        {
            // Closed already: so the answer says.
        }

        return socket;
    }

    /// <summary>How much is answered; nothing when the connection was closed.</summary>
    private static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[4096]).WaitAsync(Limit, TimeProvider.System);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
