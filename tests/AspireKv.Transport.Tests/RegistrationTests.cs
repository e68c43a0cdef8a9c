using AspireKv.Transport.Client;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AspireKv.Transport.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task AddPeerTransport_WithACredential_GivesAFactoryAndTheDefaults()
    {
        await using var services = Build(("Cluster:Credential", TestPeers.Secret), ("PeerTransport:ConnectTimeout", "00:00:03"));

        Assert.NotNull(services.GetRequiredService<NodeChannelFactory>());
        Assert.Equal(TimeSpan.FromSeconds(3), services.GetRequiredService<IOptions<PeerTransportOptions>>().Value.ConnectTimeout);
    }

    [Fact]
    public async Task AddPeerTransport_WithoutACredential_SaysWhichSettingIsMissing()
    {
        await using var services = Build();

        var refusal = Assert.Throws<OptionsValidationException>(services.GetRequiredService<NodeChannelFactory>);

        Assert.Contains("Cluster:Credential", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxSendBufferBytes", "1")]
    [InlineData("HandshakeTimeout", "00:02:00")]
    [InlineData("MaxReconnectDelay", "00:00:00.010")]
    [InlineData("AnswerTimeout", "00:00:00.150")]
    [InlineData("HeartbeatTimeout", "00:00:00.150")]
    [InlineData("HeartbeatInterval", "00:00:10")]
    public async Task Options_OutOfBounds_AreRefusedByName(string option, string value)
    {
        await using var services = Build(($"PeerTransport:{option}", value));

        var refusal = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<PeerTransportOptions>>().Value);

        Assert.Contains(option, refusal.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(new LocalPeer(TestPeers.Gateway, () => null));
        services.AddPeerTransport(configuration);
        return services.BuildServiceProvider();
    }
}
