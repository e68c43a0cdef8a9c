using System.Net;
using System.Net.Http.Headers;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace AspireKv.Gateway.Tests.Proxy;

/// <summary>A client behind the standard resilience handler of .NET, set up as docs/api.md shows it.</summary>
public sealed class RepeatingClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("POST")]
    public async Task Change_OfUnknownOutcome_ArrivesOnce(string method)
    {
        var gateway = Unanswering();
        await using var services = Services(gateway, static options => options.Retry.DisableForUnsafeHttpMethods());

        Assert.Equal(HttpStatusCode.GatewayTimeout, await SendAsync(services, method));

        Assert.Equal(1, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    /// <summary>What the page warns of: without that line each repetition is another change, whatever the status asks for.</summary>
    [Fact]
    public async Task Change_OfUnknownOutcome_WithTheHandlerAsItIs_ArrivesSeveralTimes()
    {
        var gateway = Unanswering();
        await using var services = Services(gateway, static options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));

        Assert.Equal(HttpStatusCode.GatewayTimeout, await SendAsync(services, "PUT"));

        Assert.Equal(4, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    private TestGateway Unanswering()
    {
        var gateway = fixture.Fresh();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => new OperationReply(Delivery.Answered, OperationResult.Unknown);
        }

        return gateway;
    }

    private static ServiceProvider Services(TestGateway gateway, Action<HttpStandardResilienceOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("kv", client =>
        {
            client.BaseAddress = gateway.Address;
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
        }).AddStandardResilienceHandler(configure);
        return services.BuildServiceProvider();
    }

    private static async Task<HttpStatusCode> SendAsync(ServiceProvider services, string method)
    {
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("kv");
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "POST" ? "/set-value" : "/v1/kv/ns/k");
        request.Content = method == "DELETE" ? null : new StringContent("""{"key":"k","value":"v"}""");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
