using System.Net;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class LoginLimiterTests
{
    private readonly LoginLimiter _limiter = new(Options.Create(new LoginOptions { LoginTries = 1 }), new FakeTimeProvider());

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void TryAdmit_SecondAddress_CountsAsTheSameWhenItIsOneCustomer(string first, string second, bool same)
    {
        Assert.True(_limiter.TryAdmit(Email("a@example.com"), IPAddress.Parse(first), out _));

        Assert.Equal(!same, _limiter.TryAdmit(Email("b@example.com"), IPAddress.Parse(second), out _));
    }

    [Fact]
    public void TryAdmit_AddressOverItsLimit_UsesUpNobodysTries()
    {
        Assert.True(_limiter.TryAdmit(Email("a@example.com"), IPAddress.Parse("192.0.2.1"), out _));
        Assert.False(_limiter.TryAdmit(Email("victim@example.com"), IPAddress.Parse("192.0.2.1"), out _));

        Assert.True(_limiter.TryAdmit(Email("victim@example.com"), IPAddress.Parse("192.0.2.2"), out _));
    }

    private static EmailAddress Email(string text)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        return address;
    }
}
