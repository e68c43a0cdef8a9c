using Microsoft.Extensions.Primitives;

namespace AspireKv.AccessTokens.Tests;

public sealed class BearerCredentialTests
{
    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer abc", "abc")]
    [InlineData("BEARER  abc ", "abc")]
    public void TryRead_BearerHeader_GivesTheToken(string header, string expected)
    {
        Assert.True(BearerCredential.TryRead(header, out var token));
        Assert.Equal(expected, token.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer  ")]
    [InlineData("Bearerabc")]
    [InlineData("Basic abc")]
    [InlineData(" Bearer abc")]
    public void TryRead_AnythingElse_IsRefused(string header) => Assert.False(BearerCredential.TryRead(header, out _));

    [Fact]
    public void TryRead_NoneOrTwoHeaders_IsRefused()
    {
        Assert.False(BearerCredential.TryRead(StringValues.Empty, out _));
        Assert.False(BearerCredential.TryRead(new StringValues(["Bearer abc", "Bearer abc"]), out _));
    }
}
