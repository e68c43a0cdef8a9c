using System.Security.Cryptography;
using System.Text;
using AspireKv.Auth.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class PasswordCheckerTests
{
    private const string Password = "pässwörd with ümlauts";
    private static readonly EmailAddress Owner = Email("owner@example.com");

    [Fact]
    public void Verify_OwnHash_AcceptsOnlyItsPassword()
    {
        var checker = new PasswordChecker(Hasher(210_000), Options.Create(new LoginOptions()));
        var hash = checker.Hash(Owner, Password);

        Assert.True(checker.Verify(Owner, Password, hash, out var isOutdated));
        Assert.False(isOutdated);
        Assert.False(checker.Verify(Owner, Password + "x", hash, out _));
        Assert.False(checker.Verify(Owner, "", hash, out _));
        Assert.False(checker.Verify(Owner, Password, null, out _));
        Assert.NotEqual(hash, checker.Hash(Owner, Password));
    }

    [Fact]
    public void Hash_IsPbkdf2WithSha512AndAtLeast210000Rounds()
    {
        var bytes = Convert.FromBase64String(Hasher(new LoginOptions().PasswordHashRounds).HashPassword(Owner, Password));

        Assert.Equal(210_000, PasswordFormat.RoundsOf(Convert.ToBase64String(bytes)));
        Assert.Equal(
            Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Password), bytes[13..29], 210_000, HashAlgorithmName.SHA512, 32), bytes[29..]);
    }

    [Fact]
    public void Verify_HashOfAnEarlierVersion_StillVerifies()
    {
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Password), salt, 1_000, HashAlgorithmName.SHA512, 32);
        var stored = $"$pbkdf2-sha512$i=1000${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";
        var checker = new PasswordChecker(Hasher(1_000), Options.Create(new LoginOptions { PasswordHashRounds = 1_000 }));

        Assert.True(checker.Verify(Owner, Password, stored, out var isOutdated));
        Assert.False(isOutdated);
        Assert.False(checker.Verify(Owner, Password + "x", stored, out _));
    }

    [Theory]
    [InlineData(2_000, 1_000)] // the option was raised since
    [InlineData(1_000, 2_000)] // or lowered
    [InlineData(1_000, 1_000)]
    public void Verify_AnyAccountOrNone_TakesTheSameWork(int rounds, int roundsOfTheStored)
    {
        var counting = new CountingHasher(Hasher(rounds));
        var checker = new PasswordChecker(counting, Options.Create(new LoginOptions { PasswordHashRounds = rounds }));
        var stored = Hasher(roundsOfTheStored).HashPassword(Owner, Password);
        checker.Expect(stored);

        var work = new List<int>();
        (string Password, string? Stored)[] tries = [(Password, stored), ("wrong", stored), ("wrong", null), ("", null)];
        foreach (var (password, hash) in tries)
        {
            counting.Rounds = 0;
            checker.Verify(Owner, password, hash, out _);
            work.Add(counting.Rounds);
        }

        Assert.Equal(Math.Max(rounds, roundsOfTheStored), Assert.Single(work.Distinct()));
    }

    [Fact]
    public void Verify_HashOfFewerRounds_IsRightAndOutdated()
    {
        var checker = new PasswordChecker(Hasher(2_000), Options.Create(new LoginOptions { PasswordHashRounds = 2_000 }));

        Assert.True(checker.Verify(Owner, Password, Hasher(1_000).HashPassword(Owner, Password), out var isOutdated));
        Assert.True(isOutdated);
    }

    private static IPasswordHasher<EmailAddress> Hasher(int rounds) => new ServiceCollection()
        .Configure<PasswordHasherOptions>(options => options.IterationCount = rounds)
        .AddSingleton<IPasswordHasher<EmailAddress>, PasswordHasher<EmailAddress>>()
        .BuildServiceProvider()
        .GetRequiredService<IPasswordHasher<EmailAddress>>();

    private static EmailAddress Email(string text)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        return address;
    }

    /// <summary>Adds up the rounds of what is checked.</summary>
    private sealed class CountingHasher(IPasswordHasher<EmailAddress> inner) : IPasswordHasher<EmailAddress>
    {
        public int Rounds { get; set; }

        public string HashPassword(EmailAddress user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(EmailAddress user, string hashedPassword, string providedPassword)
        {
            Rounds += PasswordFormat.RoundsOf(hashedPassword);
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
