using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AccessTokens.Tests;

/// <summary>How the keys are asked for where nothing stands in for the network.</summary>
public sealed class KeyRequestTests : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public KeyRequestTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddMetrics();
        services.AddAccessTokenValidation();
        _services = services.BuildServiceProvider();
    }

    /// <summary>Whoever answers in the place of the auth service leads nowhere else, and leaves nothing behind.</summary>
    [Fact]
    public void Handler_OfTheKeys_GoesNowhereElseAndKeepsNothing()
    {
        HttpMessageHandler handler = _services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("access-token-keys");
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        var sockets = Assert.IsType<SocketsHttpHandler>(handler);
        Assert.False(sockets.AllowAutoRedirect);
        Assert.False(sockets.UseCookies);
        Assert.False(sockets.UseProxy);
        Assert.Equal(16, sockets.MaxResponseHeadersLength);
        Assert.Equal(TimeSpan.FromSeconds(2), sockets.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMinutes(2), sockets.PooledConnectionLifetime);
        Assert.NotNull(sockets.ConnectCallback);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
