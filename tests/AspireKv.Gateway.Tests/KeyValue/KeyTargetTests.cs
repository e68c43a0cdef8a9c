using System.Text;
using AspireKv.Cluster.Keys;
using AspireKv.Gateway.KeyValue;
using AspireKv.Gateway.Tests.Hosting;
using CsCheck;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class KeyTargetTests
{
    private const int MaxKeyBytes = 1024;

    [Theory]
    [InlineData("/v1/kv/ns/a/b", "a/b")]
    [InlineData("/v1/kv/ns/a%2Fb", "a/b")]
    [InlineData("/v1/kv/ns/a%2fb", "a/b")]
    [InlineData("/v1/kv/ns/a%252Fb", "a%2Fb")]
    [InlineData("/v1/kv/ns/%25FF", "%FF")]
    [InlineData("/v1/kv/ns//", "/")]
    [InlineData("/v1/kv/ns/a/", "a/")]
    [InlineData("/v1/kv/ns/a+b", "a+b")]
    [InlineData("/v1/kv/ns/a%20b", "a b")]
    [InlineData("/v1/kv/ns/%00", "\0")]
    [InlineData("/v1/kv/ns/...", "...")]
    [InlineData("/v1/kv/ns/.%2F..", "./..")]
    [InlineData("/v1/kv/ns/%3F%23", "?#")]
    [InlineData("/v1/kv/0-a/k", "k", "0-a")]
    public void Read_LegalTarget_GivesTheBytes(string target, string key, string space = "ns")
    {
        Assert.Null(KeyTarget.Read(target, MaxKeyBytes, out var read));
        Assert.Equal(StoreKey.Create(space, Encoding.UTF8.GetBytes(key)), read);
    }

    [Theory]
    [InlineData("/v1/kv/ns/", "invalid_key")]
    [InlineData("/v1/kv/ns", "invalid_key")]
    [InlineData("/v1/kv/", "invalid_namespace")]
    [InlineData("/v1/kv//k", "invalid_namespace")]
    [InlineData("/v1/kv/Ns/k", "invalid_namespace")]
    [InlineData("/v1/kv/-a/k", "invalid_namespace")]
    [InlineData("/v1/kv/n%73/k", "invalid_namespace")]
    [InlineData("/v1/kv/n_s/k", "invalid_namespace")]
    [InlineData("/v1/kv/ns/%", "invalid_key")]
    [InlineData("/v1/kv/ns/%4", "invalid_key")]
    [InlineData("/v1/kv/ns/a%4", "invalid_key")]
    [InlineData("/v1/kv/ns/%zz", "invalid_key")]
    [InlineData("/v1/kv/ns/%%%", "invalid_key")]
    [InlineData("/v1/kv/ns/%%41", "invalid_key")]
    [InlineData("/v1/kv/ns/%FF", "invalid_key")]
    [InlineData("/v1/kv/ns/%C0%AF", "invalid_key")]
    [InlineData("/v1/kv/ns/%ED%A0%80", "invalid_key")]
    [InlineData("/v1/kv/ns/%2e", "invalid_key")]
    [InlineData("/v1/kv/ns/..", "invalid_key")]
    [InlineData("/v1/kv/ns/a#b", "invalid_key")]
    [InlineData("/v1/kv/ns/k?", "query_not_allowed")]
    [InlineData("/v1/kv/ns/k?a=b", "query_not_allowed")]
    public void Read_IllegalTarget_SaysWhatIsWrong(string target, string code)
    {
        Assert.Equal(code, KeyTarget.Read(target, MaxKeyBytes, out _)?.Code);
    }

    [Fact]
    public void Read_NamespaceOf63_IsLegalAndOf64IsNot()
    {
        Assert.Null(KeyTarget.Read($"/v1/kv/{new string('a', 63)}/k", MaxKeyBytes, out _));
        Assert.Equal("invalid_namespace", KeyTarget.Read($"/v1/kv/{new string('a', 64)}/k", MaxKeyBytes, out _)?.Code);
    }

    [Theory]
    [InlineData(1024, null)]
    [InlineData(1025, "key_too_long")]
    public void Read_LengthCountsDecodedBytes(int length, string? code)
    {
        Assert.Equal(code, KeyTarget.Read($"/v1/kv/ns/{new string('a', length)}", MaxKeyBytes, out _)?.Code);
        Assert.Equal(code, KeyTarget.Read($"/v1/kv/ns/{string.Concat(Enumerable.Repeat("%61", length))}", MaxKeyBytes, out _)?.Code);
    }

    /// <summary>Whatever subset of a key's bytes is escaped, it is the same key; and what is read is what was written.</summary>
    [Fact]
    public void Read_AnyLegalKeyInAnyEscaping_RoundTrips()
    {
        Gen.Select(KeyGen.Legal, Gen.Int).Sample((key, seed) =>
        {
            var target = KeyGen.ToTarget("ns", key, new Random(seed));
            Assert.Null(KeyTarget.Read(target, MaxKeyBytes, out var read));
            Assert.Equal(StoreKey.Create("ns", key), read);
        });
    }

    /// <summary>Against a decoder that is plainly right and slow: any target is read as the twin reads it, or refused.</summary>
    [Fact]
    public void Read_AnyTarget_AgreesWithTheTwin()
    {
        const string Alphabet = "%%%%%%%0123456789abcdefABCDEF2FCe./?#+ {}~-é";
        Gen.Int.Sample(seed =>
        {
            var random = new Random(seed);
            var escaped = new string([.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            var error = KeyTarget.Read("/v1/kv/ns/" + escaped, MaxKeyBytes, out var read);
            var twin = TwinDecode(escaped);
            Assert.Equal(twin is null, error is not null);
            if (twin is not null)
            {
                Assert.Equal(StoreKey.Create("ns", twin), read);
            }
        });
    }

    private static byte[]? TwinDecode(string escaped)
    {
        if (escaped.Any(character => character is '?' or '#' or > '\x7F'))
        {
            return null;
        }

        var bytes = new List<byte>();
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '%')
            {
                bytes.Add((byte)escaped[i]);
                continue;
            }

            if (i + 3 > escaped.Length || !escaped.Substring(i + 1, 2).All(Uri.IsHexDigit))
            {
                return null;
            }

            bytes.Add(Convert.ToByte(escaped.Substring(i + 1, 2), 16));
            i += 2;
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
            return text is "." or ".." ? null : [.. bytes];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
