using System.Net;
using Microsoft.Extensions.Hosting.Internal;

namespace AspireKv.Auth.Tests.Service;

public sealed class AuthOptionsTests
{
    [Fact]
    public void Validate_LifetimeAboveFifteenMinutes_IsForDevelopmentOnly()
    {
        var options = new AuthOptions { DataDirectory = "x", AccessTokenLifetime = TimeSpan.FromMinutes(16) };

        Assert.True(Validate(options, "Production").Failed);
        Assert.True(Validate(options, "Development").Succeeded);
        options.AccessTokenLifetime = TimeSpan.FromMinutes(15);
        Assert.True(Validate(options, "Production").Succeeded);
    }

    [Theory]
    [InlineData(null, "correct horse battery")]
    [InlineData("admin@example.com", null)]
    [InlineData("admin", "correct horse battery")]
    [InlineData("admin@example.com", "short")]
    [InlineData("admin@example.com", "ChangeMe!")]
    public void Validate_HalfOrBadAdministrator_FailsWithoutRepeatingThePassword(string? email, string? password)
    {
        var options = new AuthOptions { DataDirectory = "x", Administrator = new() { Email = email, Password = password } };

        var result = Validate(options, "Production");

        Assert.True(result.Failed);
        Assert.True(password is null || !result.FailureMessage!.Contains(password, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.0/8")]
    public void Validate_GatewayAddressOrNetwork_IsAccepted(string gateway) =>
        Assert.True(Validate(new() { DataDirectory = "x", TrustedGateways = [gateway] }, "Development").Succeeded);

    [Theory]
    [InlineData("gateway")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void Validate_GatewayNeither_IsRefused(string gateway) =>
        Assert.True(Validate(new() { DataDirectory = "x", TrustedGateways = [gateway] }, "Development").Failed);

    [Fact]
    public void GatewayNetworks_NoneConfigured_IsThisMachine()
    {
        var networks = AuthOptionsRules.GatewayNetworks(new AuthOptions()).ToList();

        Assert.Contains(networks, network => network.Contains(IPAddress.Loopback));
        Assert.Contains(networks, network => network.Contains(IPAddress.IPv6Loopback));
        Assert.DoesNotContain(networks, network => network.Contains(IPAddress.Parse("192.0.2.1")));
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(AuthOptions options, string environment) =>
        new AuthOptionsRules(new HostingEnvironment { EnvironmentName = environment }).Validate(null, options);
}
