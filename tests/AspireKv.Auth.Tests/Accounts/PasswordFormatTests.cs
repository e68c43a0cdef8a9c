using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class PasswordFormatTests
{
    [Fact]
    public void Read_EarlierText_IsTheSamePartsAsBytes()
    {
        var hash = Convert.FromBase64String(PasswordFormat.Read("$pbkdf2-sha512$i=210000$AQID$BAUG"));

        Assert.Equal("010000000200033450000000030102" + "03040506", Convert.ToHexString(hash));
        Assert.Equal(210_000, PasswordFormat.RoundsOf(Convert.ToBase64String(hash)));
    }

    [Fact]
    public void MakeUp_TakesTheRoundsAskedFor() => Assert.Equal(12_345, PasswordFormat.RoundsOf(PasswordFormat.MakeUp(12_345)));

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("AQID")]
    [InlineData("$pbkdf2-sha1$i=210000$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=0$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=-1$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=210000$AQ?D$BAUG")]
    [InlineData("$pbkdf2-sha512$i=210000$AQID")]
    public void Read_AnythingElse_IsDamage(string stored) =>
        Assert.Throws<InvalidDataException>(() => PasswordFormat.Read(stored));
}
