using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests;

/// <summary>
/// What services answer to somebody who reaches their ports, outside Development: no data, nothing without the cluster's credential, and
/// nothing of themselves but where operators ask.
/// </summary>
public sealed class SurfaceTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private const string Key = "surface";
    private const string Secret = "a value that only the gateway gives out";
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(20);
    private static readonly string[] OpenPaths = ["alive", "health"];

    private static readonly string[] DataPaths =
    [
        "", "v1/kv/default/surface", "v1/cluster", "v1/admin/tombstones", "v1/admin/topology", "v1/admin/members", "v1/admin/members/4",
        "v1/admin/plans", "v1/admin/plans/7-a/commit", "v1/admin/plan", "get-value", "set-value", "delete-value", "openapi/v1.json",
        "scalar", "peer", "peers", "replicate", "internal", "metrics", "metrics/../v1/kv/default/surface",
        "%2e%2e/v1/kv/default/surface",
        "health/../../get-value", "//v1/kv/default/surface", "alive%2f..%2fv1/cluster",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_AnswerHealthOnly(bool withToken)
    {
        Assert.True((await Client.PutAsync(Key, Secret)).IsSuccess);
        using var http = new HttpClient();
        if (withToken)
        {
            http.DefaultRequestHeaders.Authorization = Client.Authorization;
        }

        foreach (var node in Cluster.Nodes)
        {
            foreach (var path in OpenPaths)
            {
                using var answer = await http.GetAsync(new Uri(node.Address, path));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.DoesNotContain("cluster", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            foreach (var path in DataPaths)
            {
                foreach (var method in (string[])["GET", "PUT", "POST", "DELETE"])
                {
                    var (status, body) = await AskRawAsync(
                        node.Address.Port, method, path, withToken ? Client.Authorization.ToString() : null);
                    Assert.True(status is 400 or 404 or 405, $"{node.Name} answers {method} /{path} with {status}");
                    Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task Auth_AnswersItsOwnRoutesOnly()
    {
        foreach (var path in DataPaths.Where(path => !path.Contains("alive", StringComparison.Ordinal)))
        {
            var (status, _) = await AskRawAsync(Cluster.Auth.Address.Port, "GET", path, Client.Authorization.ToString());
            Assert.True(status is 400 or 404 or 405, $"auth answers GET /{path} with {status}");
        }

        var (keysStatus, keys) = await AskRawAsync(Cluster.Auth.Address.Port, "GET", ".well-known/jwks.json", null);
        Assert.Equal(200, keysStatus);
        Assert.DoesNotContain("\"d\"", keys, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_TellOfThemselvesToOperatorsOnly()
    {
        Assert.True((await Client.PutAsync(Key, Secret)).IsSuccess);
        using var http = new HttpClient();
        foreach (var service in Cluster.Services)
        {
            foreach (var path in (string[])["metrics", "openapi/v1.json", "scalar"])
            {
                using var refused = await http.GetAsync(new Uri(service.Address, path));
                Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
                Assert.True(refused.Headers.CacheControl?.NoStore, $"a cache may keep the {path} that {service.Name} does not have");
            }

            Assert.Contains(
                "memory_usage_bytes", await http.GetStringAsync(new Uri(service.Management, "metrics")), StringComparison.Ordinal);
            Assert.Contains("\"checks\":[{", await http.GetStringAsync(new Uri(service.Management, "health")), StringComparison.Ordinal);
            foreach (var path in (string[])["v1/kv/default/surface", "v1/cluster", "login", "get-value", ".well-known/jwks.json"])
            {
                var (status, body) = await AskRawAsync(service.Management.Port, "GET", path, Client.Authorization.ToString());
                Assert.True(status == 404, $"{service.Name} answers GET /{path} with {status} on its management listener");
                Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
            }
        }

        Assert.Contains(
            "/v1/kv/{namespace}/{key}",
            await http.GetStringAsync(new Uri(Cluster.Gateway.Management, "openapi/v1.json")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PeerPort_WithoutTheCredential_GivesNothing()
    {
        var token = Client.Authorization.ToString();
        byte[][] openings =
        [
            Encoding.ASCII.GetBytes($"GET /v1/kv/default/{Key} HTTP/1.1\r\nHost: node1\r\nAuthorization: {token}\r\n\r\n"),
            Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3],
            new byte[256],
            [.. Enumerable.Repeat((byte)0xff, 4096)],
        ];
        foreach (var node in Cluster.Nodes)
        {
            var endpoint = IPEndPoint.Parse(node.Environment["Node__PeerEndpoint"]);
            foreach (var opening in openings)
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(endpoint);
                using var answer = new MemoryStream();
                try
                {
                    await socket.GetStream().WriteAsync(opening);
                    await socket.GetStream().CopyToAsync(answer).WaitAsync(CloseLimit, TimeProvider.System);
                }
                catch (IOException)
                {
                    // Reset: refused as well.
                }

                // At most the refusal itself, which says no more than the version.
                Assert.InRange(answer.Length, 0, 256);
                Assert.DoesNotContain("HTTP/", Encoding.Latin1.GetString(answer.ToArray()), StringComparison.Ordinal);
            }
        }

        // Nor is any of it reached through the gateway's port by another name of the host.
        var peerPort = IPEndPoint.Parse(Cluster.Nodes[0].Environment["Node__PeerEndpoint"]).Port;
        var (status, _) = await AskRawAsync(Cluster.Gateway.Address.Port, "GET", $"http://node1:{peerPort}/", null);
        Assert.InRange(status, 400, 404);
        Assert.True((await Client.PutAsync(Key, Secret)).IsSuccess);
    }

    /// <summary>Sends the target as it stands: clients of .NET would tidy it up.</summary>
    private static async Task<(int Status, string Body)> AskRawAsync(int port, string method, string path, string? authorization)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var target = path.StartsWith("http", StringComparison.Ordinal) ? path : "/" + path;
        var request = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
            + (authorization is null ? "" : $"Authorization: {authorization}\r\n") + "\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(socket.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(CloseLimit, TimeProvider.System);
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer);
    }
}
