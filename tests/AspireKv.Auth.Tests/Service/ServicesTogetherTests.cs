using System.Net;
using System.Net.Sockets;
using AspireKv.AccessTokens;
using AspireKv.Auth.Tests.Support;
using AspireKv.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AspireKv.Auth.Tests.Service;

/// <summary>A real auth service over HTTP, and a service that validates its tokens as gateway and nodes do.</summary>
public sealed class ServicesTogetherTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>
    /// The clock stands still and connecting may take its time, so there is one fetch only, which must come to the endpoint that answers.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Validate_KeysFoundThroughServiceDiscovery_AcceptsAnIssuedToken(int endpointsThatRefuse)
    {
        using var refuses = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        refuses.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var auth = AuthHost.Development(_directory);
        auth.UseKestrel(0);
        auth.StartServer();
        var address = auth.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            [.. Enumerable.Repeat($"http://{refuses.LocalEndPoint}", endpointsThatRefuse).Append(address).Index()
                .Select(endpoint => KeyValuePair.Create($"services:auth:http:{endpoint.Index}", (string?)endpoint.Item))]);
        builder.AddServiceDefaults();
        builder.Services.AddAccessTokenValidation();
        builder.Services.AddSingleton<TimeProvider>(auth.Time);
        builder.Services.AddHttpClient(AccessTokenKeySource.HttpClientName).ConfigurePrimaryHttpMessageHandler(
            static (handler, _) => ((SocketsHttpHandler)handler).ConnectTimeout = Timeout.InfiniteTimeSpan);
        builder.Logging.AddProvider(auth.Logs);
        await using var host = builder.Build();
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<AccessTokenKeySource>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        var validator = host.Services.GetRequiredService<AccessTokenValidator>();
        await Eventually.TrueAsync(() => validator.KeysLoaded, "the keys to be fetched over HTTP", () => auth.Logs.Text);

        Assert.True((await validator.ValidateAsync(await auth.TokenAsync())).IsValid);
    }
}
