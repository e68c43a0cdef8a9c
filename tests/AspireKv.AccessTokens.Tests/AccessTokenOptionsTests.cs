using AspireKv.AccessTokens.Tests.Support;
using Microsoft.Extensions.Options;

namespace AspireKv.AccessTokens.Tests;

public sealed class AccessTokenOptionsTests
{
    private static readonly TestKey Key = new();

    [Theory]
    [InlineData("JwksUri", "")]
    [InlineData("JwksUri", "/.well-known/jwks.json")]
    [InlineData("JwksUri", "auth/keys")]
    [InlineData("JwksUri", "ftp://auth/keys")]
    [InlineData("JwksUri", "http://user@auth/keys")]
    [InlineData("JwksUri", "https://user:password@auth/keys")]
    [InlineData("Issuer", "")]
    [InlineData("Audience", "")]
    [InlineData("ClockSkew", "00:00:31")]
    [InlineData("MaxLifetime", "1.00:00:01")]
    [InlineData("MaxTokenLengthBytes", "4097")]
    [InlineData("CacheCapacity", "0")]
    [InlineData("UnknownKeyInterval", "00:00:29")]
    [InlineData("FetchTimeout", "00:00:11")]
    public void Options_OutOfBounds_AreRefusedByName(string option, string value)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => new ValidationHost(Key, (option, value)));

        Assert.Contains(option, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://auth/keys")]
    [InlineData("https://auth:8443/keys?a=b")]
    public async Task JwksUri_OfHttpOrHttps_IsTaken(string address)
    {
        await using var host = new ValidationHost(Key, ("JwksUri", address));

        Assert.Equal(address, host.Options.JwksUri);
    }
}
