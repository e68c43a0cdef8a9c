using System.Text;
using AspireKv.AccessTokens.Tests.Support;
using CsCheck;

namespace AspireKv.AccessTokens.Tests;

public sealed class AccessTokenValidatorTests
{
    private static readonly TestKey Key = new();

    [Fact]
    public async Task Validate_GoodToken_NamesSubjectExpiryAndBytes()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;

        var result = await host.Validator.ValidateAsync(token);

        Assert.True(result.IsValid);
        Assert.Equal("user@example.com", result.Token.Subject);
        Assert.Equal(host.Now + 600, result.Token.ExpiresAt.ToUnixTimeSeconds());
        Assert.Equal(token, Encoding.ASCII.GetString(result.Token.Bytes.Span));
    }

    [Fact]
    public async Task Validate_AsBytesAndAsText_IsOneCacheEntry()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;

        var asText = await host.Validator.ValidateAsync(token);
        var asBytes = await host.Validator.ValidateAsync(Encoding.ASCII.GetBytes(token));

        Assert.Same(asText.Token, asBytes.Token);
    }

    [Fact]
    public async Task Validate_SecondTime_AllocatesNothing()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var text = host.Token;
        var bytes = Encoding.ASCII.GetBytes(text).AsMemory();
        await host.Validator.ValidateAsync(text);
        await host.Validator.ValidateAsync(text);
        await host.Validator.ValidateAsync(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var valid = 0;
        for (var i = 0; i < 1_000; i++)
        {
            valid += (await host.Validator.ValidateAsync(text)).IsValid ? 1 : 0;
            valid += (await host.Validator.ValidateAsync(bytes)).IsValid ? 1 : 0;
        }

        // The fake clock locks and allocates nothing either, so what is seen is ours.
        Assert.Equal(2_000, valid);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    [Fact]
    public async Task Validate_CallersBufferChanges_CacheKeepsItsOwn()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;
        var buffer = Encoding.ASCII.GetBytes(token);
        Assert.True((await host.Validator.ValidateAsync(buffer)).IsValid);

        buffer[^2] ^= 1;

        Assert.False((await host.Validator.ValidateAsync(buffer)).IsValid);
        Assert.True((await host.Validator.ValidateAsync(token)).IsValid);
    }

    [Fact]
    public async Task Validate_ExpiredWithinSkew_IsAccepted()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;
        host.Time.Advance(TimeSpan.FromSeconds(630));

        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(token));
    }

    [Fact]
    public async Task Validate_CachedTokenExpires_IsRefusedAfterTheSkew()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(token));
        host.Time.Advance(TimeSpan.FromSeconds(630));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(token));

        host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(AccessTokenRejection.Expired, await host.RejectionOfAsync(token));
    }

    [Fact]
    public async Task Validate_ClockAheadAtIssuerWithinSkew_IsAccepted()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        var token = host.Token;
        await using var behind = await ValidationHost.StartAsync(Key);

        Assert.Equal(AccessTokenRejection.None, await behind.RejectionOfAsync(token));
    }

    [Theory]
    [InlineData(86_430, AccessTokenRejection.None)]
    [InlineData(86_431, AccessTokenRejection.LifetimeTooLong)]
    public async Task Validate_LifetimeOfADayAndTheSkew_IsTheLongest(int lifetimeSeconds, AccessTokenRejection expected)
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = Key.Sign(Key.Header, host.PayloadWith(lifetimeSeconds: lifetimeSeconds));

        Assert.Equal(expected, await host.RejectionOfAsync(token));
    }

    [Theory]
    [InlineData(254, AccessTokenRejection.None)]
    [InlineData(255, AccessTokenRejection.MalformedClaims)]
    [InlineData(1, AccessTokenRejection.None)]
    public async Task Validate_SubjectAsLongAsAnAddressMayBe_IsAccepted(int length, AccessTokenRejection expected)
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var payload = host.Payload.Replace("user@example.com", new string('a', length), StringComparison.Ordinal);

        Assert.Equal(expected, await host.RejectionOfAsync(Key.Sign(Key.Header, payload)));
    }

    /// <summary>The longest token that is looked at, as text and as bytes.</summary>
    [Fact]
    public async Task Validate_LongestToken_IsAcceptedAndALongerOneRefusedUnseen()
    {
        var length = Key.Sign(Key.Header, new TokenForge(Key, TimeProvider.System).PayloadWith(Filler(300))).Length;
        await using var host = await ValidationHost.StartAsync(Key, ("MaxTokenLengthBytes", $"{length}"));
        var longest = Key.Sign(Key.Header, host.PayloadWith(Filler(300)));
        var longer = Key.Sign(Key.Header, host.PayloadWith(Filler(301)));

        Assert.Equal(AccessTokenRejection.TooLong, await host.RejectionOfAsync(longer));
        Assert.True(host.Validator.TryValidateCached(Encoding.ASCII.GetBytes(longer), out var seen));
        Assert.Equal(AccessTokenRejection.TooLong, seen.Rejection);
        Assert.False(host.Validator.TryValidateCached(Encoding.ASCII.GetBytes(longest), out _));
        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(longest));
        Assert.True((await host.Validator.ValidateAsync(Encoding.ASCII.GetBytes(longest))).IsValid);
        Assert.Equal(2, host.Meters.Sum("aspirekv.access_token.validations|result=TooLong"));

        static string Filler(int count) => $",\"x\":\"{new string('x', count)}\"";
    }

    /// <summary>A text is read on the stack, which has no room for this one.</summary>
    [Fact]
    public async Task Validate_TextLongerThanTheStack_IsRefusedUnseen()
    {
        await using var host = await ValidationHost.StartAsync(Key);

        Assert.Equal(AccessTokenRejection.TooLong, await host.RejectionOfAsync(new string('x', 16 * 1024 * 1024)));
    }

    /// <summary>What the cache answers is on the data path, and counted nowhere.</summary>
    [Fact]
    public async Task Validate_EachResult_IsCountedByName()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;
        await host.RejectionOfAsync(token);
        await host.RejectionOfAsync(token);
        await host.RejectionOfAsync("garbage");
        host.Time.Advance(TimeSpan.FromSeconds(631));
        await host.RejectionOfAsync(token);

        Assert.Contains("AspireKv.AccessTokens", host.Meters.Names);
        Assert.Equal(1, host.Meters.Sum("aspirekv.access_token.validations|result=Valid"));
        Assert.Equal(1, host.Meters.Sum("aspirekv.access_token.validations|result=Malformed"));
        Assert.Equal(1, host.Meters.Sum("aspirekv.access_token.validations|result=Expired"));
    }

    [Fact]
    public async Task Validate_WithoutNotBefore_IsAccepted()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var payload = host.Payload.Replace($"\"nbf\":{host.Now},", "", StringComparison.Ordinal);

        Assert.Equal(AccessTokenRejection.None, await host.RejectionOfAsync(Key.Sign(Key.Header, payload)));
    }

    [Fact]
    public async Task Validate_AnyBitFlipped_IsRefused()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = Encoding.ASCII.GetBytes(host.Token);
        Assert.True((await host.Validator.ValidateAsync(token)).IsValid);

        Gen.Select(Gen.Int[0, token.Length - 1], Gen.Int[0, 7]).Sample(
            (position, bit) =>
            {
                var flipped = token.ToArray();
                flipped[position] ^= (byte)(1 << bit);
                return !host.Validator.ValidateAsync(flipped).AsTask().Result.IsValid;
            },
            iter: 500);
    }

    [Fact]
    public async Task Validate_AnyBytes_NeverThrowsAndNeverAccepts()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        Gen.Byte.Array[0, 200].Sample(bytes => !host.Validator.ValidateAsync(bytes).AsTask().Result.IsValid, iter: 2_000);
        Gen.String.Sample(text => !host.Validator.ValidateAsync(text).AsTask().Result.IsValid, iter: 2_000);
    }

    [Fact]
    public async Task Validate_ConcurrentlyOnOneToken_AllAccept()
    {
        await using var host = await ValidationHost.StartAsync(Key);
        var token = host.Token;

        var results = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await host.Validator.ValidateAsync(token))));

        Assert.All(results, result => Assert.True(result.IsValid));
        Assert.Equal(1, host.Source.Current!.Validated.Count);
    }
}
