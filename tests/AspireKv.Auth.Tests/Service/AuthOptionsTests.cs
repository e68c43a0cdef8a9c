using System.Net;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Issuing;
using AspireKv.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Tests.Service;

public sealed class AuthOptionsTests
{
    [Fact]
    public void Validate_LifetimeAboveFifteenMinutes_IsForDevelopmentOnly()
    {
        Assert.NotNull(Fault<IssuingOptions>("Production", ("Auth:AccessTokenLifetime", "00:16:00")));
        Assert.Null(Fault<IssuingOptions>("Development", ("Auth:AccessTokenLifetime", "00:16:00")));
        Assert.Null(Fault<IssuingOptions>("Production", ("Auth:AccessTokenLifetime", "00:15:00")));
    }

    [Theory]
    [InlineData(null, "correct horse battery")]
    [InlineData("admin@example.com", null)]
    [InlineData("admin", "correct horse battery")]
    [InlineData("admin@example.com", "short")]
    [InlineData("admin@example.com", "ChangeMe!")]
    public void Validate_HalfOrBadAdministrator_FailsWithoutRepeatingThePassword(string? email, string? password)
    {
        var fault = Fault<AdministratorOptions>(
            "Production", ("Auth:Administrator:Email", email), ("Auth:Administrator:Password", password));

        Assert.NotNull(fault);
        Assert.True(password is null || !fault.Contains(password, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.0/8")]
    public void Validate_GatewayAddressOrNetwork_IsAccepted(string gateway) =>
        Assert.Null(Fault<AuthOptions>("Development", ("Auth:TrustedGateways:0", gateway)));

    [Theory]
    [InlineData("gateway")]
    [InlineData("10")]
    [InlineData("10.0.0")]
    [InlineData("10.0/16")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void Validate_GatewayNeither_IsRefused(string gateway) =>
        Assert.NotNull(Fault<AuthOptions>("Development", ("Auth:TrustedGateways:0", gateway)));

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
        (string, string?) shorter = ("AccessTokens:MaxLifetime", "00:10:00");

        Assert.NotNull(Fault<IssuingOptions>("Production", shorter));
        Assert.NotNull(Fault<IssuingOptions>("Development", shorter));
        Assert.Null(Fault<IssuingOptions>("Production", shorter, ("Auth:AccessTokenLifetime", "00:10:00")));
    }

    /// <summary>What the service finds wrong with its options, or null.</summary>
    private static string? Fault<TOptions>(string environment, params (string Name, string? Value)[] settings)
        where TOptions : class
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = environment });
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Auth:DataDirectory", "x"), .. settings.Select(set => KeyValuePair.Create(set.Name, set.Value))])
            .Build());
        services.AddOptionsWithValidateOnStart<AuthOptions, AuthOptionsValidator>().BindConfiguration(AuthOptions.SectionName);
        services.AddAccounts(environment == "Development", static _ => "x");
        services.AddIssuing(static _ => "x");
        using var provider = services.BuildServiceProvider();
        try
        {
            Assert.NotNull(provider.GetRequiredService<IOptions<TOptions>>().Value);
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return exception.Message;
        }
    }
}
