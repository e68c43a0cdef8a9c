using AspireKv.AccessTokens;
using AspireKv.Auth.Tests.Support;
using AspireKv.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AspireKv.Auth.Tests.Service;

/// <summary>A real auth service over HTTP, and a service that validates its tokens as gateway and nodes do.</summary>
public sealed class ServicesTogetherTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Validate_KeysFoundThroughServiceDiscovery_AcceptsAnIssuedToken()
    {
        await using var auth = AuthHost.Development(_directory);
        auth.UseKestrel(0);
        auth.StartServer();
        var address = auth.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("services:auth:http:0", address)]);
        builder.AddServiceDefaults();
        builder.Services.AddAccessTokenValidation();
        builder.Services.AddSingleton<TimeProvider>(auth.Time);
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
