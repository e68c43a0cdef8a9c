using System.Net;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>A web page can make a name of its own mean this machine, but it cannot make a browser say another name than that.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("Development", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Development", "evil.example:3000", HttpStatusCode.BadRequest)]
    [InlineData("Development", "localhost.evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Development", "192.0.2.1", HttpStatusCode.BadRequest)]
    [InlineData("Development", "localhost:3000", HttpStatusCode.OK)]
    [InlineData("Development", "LOCALHOST", HttpStatusCode.OK)]
    [InlineData("Development", "127.0.0.1:3000", HttpStatusCode.OK)]
    [InlineData("Development", "[::1]:3000", HttpStatusCode.OK)]
    [InlineData("Production", "kv.example", HttpStatusCode.OK)]
    public async Task Host_InDevelopment_IsThisMachine(string environment, string name, HttpStatusCode status)
    {
        await using var host = await DefaultsHost.StartAsync(null, "--environment", environment);

        Assert.Equal(status, await AskAsync(host, name));
    }

    [Fact]
    public async Task Host_ConfiguredByHand_IsAnswered()
    {
        await using var host = await DefaultsHost.StartAsync(null, "--environment", "Development", "--AllowedHosts", "kv.example");

        Assert.Equal(HttpStatusCode.OK, await AskAsync(host, "kv.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(host, "localhost"));
    }

    private static async Task<HttpStatusCode> AskAsync(DefaultsHost host, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/alive");
        request.Headers.Host = name;
        using var answer = await host.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
