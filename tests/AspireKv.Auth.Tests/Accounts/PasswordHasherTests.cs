using System.Security.Cryptography;
using System.Text;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class PasswordHasherTests
{
    private static readonly PasswordHasher Hasher = new(Options.Create(new LoginOptions()));

    [Fact]
    public void Verify_OwnHash_AcceptsOnlyItsPassword()
    {
        var hash = Hasher.Hash("correct horse battery");

        Assert.True(Hasher.Verify("correct horse battery", hash));
        Assert.False(Hasher.Verify("correct horse batterz", hash));
        Assert.False(Hasher.Verify("Correct horse battery", hash));
        Assert.False(Hasher.Verify("", hash));
    }

    [Fact]
    public void Verify_NoSuchAccount_IsFalse() => Assert.False(Hasher.Verify("correct horse battery", null));

    [Fact]
    public void Hash_SamePasswordTwice_HasAnotherSalt() =>
        Assert.NotEqual(Hasher.Hash("same password").Salt, Hasher.Hash("same password").Salt);

    [Fact]
    public void Hash_IsPbkdf2WithSha512AndAtLeast210000Rounds()
    {
        var hash = Hasher.Hash("pässwörd with ümlauts");

        Assert.Equal(210_000, hash.Rounds);
        Assert.Equal(16, hash.Salt.Length);
        Assert.Equal(
            Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes("pässwörd with ümlauts"), hash.Salt, 210_000, HashAlgorithmName.SHA512, 32),
            hash.Hash);
    }

    [Fact]
    public void Parse_WhatWasPrinted_IsTheSameHash()
    {
        var hash = new PasswordHash(210_000, [1, 2, 3], [4, 5, 6]);

        Assert.Equal("$pbkdf2-sha512$i=210000$AQID$BAUG", hash.ToString());
        Assert.True(PasswordHash.TryParse(hash.ToString(), out var parsed));
        Assert.Equal((hash.Rounds, Convert.ToHexString(hash.Salt), Convert.ToHexString(hash.Hash)),
            (parsed.Rounds, Convert.ToHexString(parsed.Salt), Convert.ToHexString(parsed.Hash)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$pbkdf2-sha1$i=210000$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=0$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=-1$AQID$BAUG")]
    [InlineData("$pbkdf2-sha512$i=210000$AQ?D$BAUG")]
    [InlineData("$pbkdf2-sha512$i=210000$AQID")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.False(PasswordHash.TryParse(text, out _));
}
