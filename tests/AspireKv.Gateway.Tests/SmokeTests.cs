using System.Net;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Put_ThenGet_GivesTheValueBack()
    {
        await using var gateway = await TestGateway.StartAsync();
        var put = await gateway.Client.PutAsync("/v1/kv/ns/a%2Fb", new ByteArrayContent([1, 2, 255]));
        Assert.True(HttpStatusCode.NoContent == put.StatusCode, await put.Content.ReadAsStringAsync());
        var get = await gateway.Client.GetAsync("/v1/kv/ns/a/b");
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal([1, 2, 255], await get.Content.ReadAsByteArrayAsync());
        Assert.Equal(put.Headers.ETag, get.Headers.ETag);
    }
}
