using System.Net;
using AspireKv.AccessTokens;
using AspireKv.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

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
    [InlineData("10")]
    [InlineData("10.0.0")]
    [InlineData("10.0/16")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void Validate_GatewayNeither_IsRefused(string gateway) =>
        Assert.True(Validate(new() { DataDirectory = "x", TrustedGateways = [gateway] }, "Development").Failed);

    [Fact]
    public void Trust_ThisMachine_IsLoopbackOnly()
    {
        var forwarded = new ForwardedHeadersOptions();
        forwarded.Trust(AuthOptions.ThisMachine);

        Assert.Contains(forwarded.KnownIPNetworks, network => network.Contains(IPAddress.Loopback));
        Assert.Contains(forwarded.KnownIPNetworks, network => network.Contains(IPAddress.IPv6Loopback));
        Assert.DoesNotContain(forwarded.KnownIPNetworks, network => network.Contains(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void Validate_LifetimeThatEveryValidatorRefuses_Fails()
    {
        var tokens = new AccessTokenOptions { MaxLifetime = TimeSpan.FromMinutes(10) };

        Assert.True(Validate(new() { DataDirectory = "x" }, "Production", tokens).Failed);
        Assert.True(Validate(new() { DataDirectory = "x", AccessTokenLifetime = TimeSpan.FromMinutes(10) }, "Production", tokens).Succeeded);
    }

    private static ValidateOptionsResult Validate(AuthOptions options, string environment, AccessTokenOptions? tokens = null) =>
        new AuthOptionsRules(new HostingEnvironment { EnvironmentName = environment }, Options.Create(tokens ?? new())).Validate(null, options);
}
