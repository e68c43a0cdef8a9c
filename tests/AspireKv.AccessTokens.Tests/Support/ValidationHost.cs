using System.Diagnostics.Metrics;
using AspireKv.Transport.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>Token validation as a service has it, but with a fake clock and a fake auth service.</summary>
internal sealed class ValidationHost : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public ValidationHost(TestKey key, params (string Name, string Value)[] settings)
    {
        Key = key;
        Jwks = new FakeJwks(key);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => $"AccessTokens:{setting.Name}", setting => (string?)setting.Value))
            .Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Logs));
        services.AddSingleton<IMeterFactory>(Meters);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(Time);
        services.AddAccessTokenValidation();
        services.AddHttpClient(AccessTokenKeySource.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => Jwks);
        _provider = services.BuildServiceProvider();
        Validator = _provider.GetRequiredService<AccessTokenValidator>();
        Source = _provider.GetRequiredService<AccessTokenKeySource>();
        Options = _provider.GetRequiredService<IOptions<AccessTokenOptions>>().Value;
    }

    public TestKey Key { get; }

    public LogRecorder Logs { get; } = new();

    public FakeJwks Jwks { get; }

    public TestMeters Meters { get; } = new();

    public RecordingTime Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public AccessTokenValidator Validator { get; }

    public AccessTokenKeySource Source { get; }

    public AccessTokenOptions Options { get; }

    public TokenForge Forge => new(Key, Time);

    public long Now => Forge.Now;

    /// <inheritdoc cref="TokenForge.Payload"/>
    public string Payload => Forge.Payload;

    public string Token => Forge.Token;

    public static async Task<ValidationHost> StartAsync(TestKey key, params (string Name, string Value)[] settings)
    {
        var host = new ValidationHost(key, settings);
        await host.Source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => host.Validator.KeysLoaded, "the keys to be loaded", () => host.Logs.Text);
        return host;
    }

    public string PayloadWith(string more = "", int lifetimeSeconds = 600) => Forge.PayloadWith(more, lifetimeSeconds);

    public async Task<AccessTokenRejection> RejectionOfAsync(string token) => (await Validator.ValidateAsync(token)).Rejection;

    public async Task<HealthStatus> HealthAsync() =>
        (await _provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    public async ValueTask DisposeAsync()
    {
        await Source.StopAsync(CancellationToken.None);
        await _provider.DisposeAsync();
        Meters.Dispose();
    }
}
