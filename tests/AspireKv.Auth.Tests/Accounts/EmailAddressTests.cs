using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("user@example.com", "user@example.com")]
    [InlineData("First.Last+tag@Sub.Example.COM", "first.last+tag@sub.example.com")]
    [InlineData("o'brien@example.com", "o'brien@example.com")]
    [InlineData("user@localhost", "user@localhost")]
    [InlineData("ünïcode@exämple.com", "ünïcode@exämple.com")]
    public void TryParse_Address_IsKeptInLowerCase(string text, string expected)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("user@")]
    [InlineData("@example.com")]
    [InlineData("user")]
    [InlineData("a@b@c")]
    [InlineData(" user@example.com")]
    [InlineData("user@example.com ")]
    [InlineData("us er@example.com")]
    [InlineData("user@example.com\n")]
    [InlineData("user\0@example.com")]
    [InlineData("user@.example.com")]
    [InlineData("user@example.com.")]
    [InlineData("user..name@example.com")]
    [InlineData("\"user\"@example.com")]
    [InlineData("User <user@example.com>")]
    [InlineData("a@b.c,d@e.f")]
    public void TryParse_NoAddress_IsRefused(string? text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Fact]
    public void TryParse_LengthAtItsLimits_IsAcceptedAndBeyondRefused()
    {
        var local = new string('a', 64);
        var domain = new string('b', 254 - 64 - 1);

        Assert.True(EmailAddress.TryParse($"{local}@{domain}", out _));
        Assert.False(EmailAddress.TryParse($"{local}@{domain}b", out _));
        Assert.False(EmailAddress.TryParse($"{local}a@b", out _));
    }
}
