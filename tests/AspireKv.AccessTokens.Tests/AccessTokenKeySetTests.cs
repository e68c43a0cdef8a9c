using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AspireKv.AccessTokens.Tests.Support;

namespace AspireKv.AccessTokens.Tests;

public sealed class AccessTokenKeySetTests
{
    private static readonly TestKey First = new();
    private static readonly TestKey Second = new();

    [Fact]
    public void Parse_KeyUnderAnotherKeysId_IsPassedOver()
    {
        var keys = Parse(Second.JwkWith(First.Id), First.Jwk);

        Assert.Equal([First.Id], keys.KeyIds);
        Assert.Equal(First.Public.Modulus, keys.Find(First.Id)!.Parameters.Modulus);
    }

    /// <summary>Equal ids are taken for equal keys, so no other key may come under an id, first or last.</summary>
    [Fact]
    public void Parse_KeyIdIsNotTheThumbprint_IsPassedOver()
    {
        var keys = Parse(First.Jwk, Second.JwkWith(First.Id), Second.JwkWith("my-key"));

        Assert.Equal([First.Id], keys.KeyIds);
        Assert.Equal(First.Public.Modulus, keys.Find(First.Id)!.Parameters.Modulus);
        Assert.Throws<FormatException>(() => Parse(Second.JwkWith(First.Id)));
    }

    [Fact]
    public void Parse_ShortKey_IsPassedOver()
    {
        var weak = new TestKey(1024);

        Assert.Equal([First.Id], Parse(weak.Jwk, First.Jwk).KeyIds);
    }

    [Theory]
    [InlineData(2048, 3, true)]
    [InlineData(2048, 4, true)]
    [InlineData(2048, 5, false)]
    [InlineData(4096, 3, true)]
    [InlineData(2040, 3, false)]
    [InlineData(4104, 3, false)]
    public void Parse_KeyOfASize_IsTakenWhereItIsCheapAndSafeToVerifyWith(int bits, int exponentBytes, bool isTaken)
    {
        var key = new RSAParameters { Modulus = Numbers(bits / 8), Exponent = Numbers(exponentBytes) };
        var keys = Parse(First.Jwk, Jwk(key));

        Assert.Equal(isTaken, keys.Find(KeyThumbprint.Compute(key)) is not null);
    }

    [Theory]
    [InlineData("\"use\":\"sig\",", "", true)]
    [InlineData("\"alg\":\"RS256\",", "", true)]
    [InlineData("\"use\":\"sig\"", "\"use\":\"enc\"", false)]
    [InlineData("\"alg\":\"RS256\"", "\"alg\":\"RS512\"", false)]
    [InlineData("\"kty\":\"RSA\"", "\"kty\":\"EC\"", false)]
    [InlineData("\"kty\":\"RSA\",", "", false)]
    [InlineData("\"kid\":", "\"id\":", false)]
    [InlineData("\"n\":\"", "\"m\":\"", false)]
    [InlineData("\"n\":\"", "\"n\":\"+", false)]
    [InlineData("\"e\":\"", "\"f\":\"", false)]
    [InlineData("\"e\":\"", "\"e\":\"+", false)]
    public void Parse_KeyOfAnotherKind_IsPassedOver(string member, string other, bool isTaken)
    {
        var jwk = Second.Jwk.Replace(member, other, StringComparison.Ordinal);
        Assert.NotEqual(Second.Jwk, jwk);

        Assert.Equal(isTaken ? 2 : 1, Parse(jwk, First.Jwk).KeyIds.Count());
    }

    [Fact]
    public void Parse_MoreKeysThanAreBelieved_LeavesTheLastOut()
    {
        var all = Enumerable.Range(0, 17).Select(i => new RSAParameters { Modulus = Numbers(256, (byte)i), Exponent = [1, 0, 1] }).ToList();

        var keys = Parse([.. all.Select(Jwk)]);

        Assert.Equal(all.Take(16).Select(KeyThumbprint.Compute).Order(), keys.KeyIds.Order());
    }

    [Theory]
    [InlineData("\"x\":1,\"x\":2")]
    [InlineData("\"x\":[[[[[[[[1]]]]]]]]")]
    public void Parse_MembersTwiceOrNestedDeeply_IsNoKeySet(string more) => Assert.Throws<FormatException>(
        () => AccessTokenKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{First.Jwk}}],{{more}}}"""), cacheCapacity: 1));

    /// <summary>The cache of validated tokens lives as long as the keys are the same.</summary>
    [Fact]
    public void HasSameKeysAs_OtherKeysFewerOrMore_IsFalse()
    {
        var both = Parse(First.Jwk, Second.Jwk);

        Assert.True(both.HasSameKeysAs(Parse(Second.Jwk, First.Jwk)));
        Assert.False(both.HasSameKeysAs(Parse(First.Jwk)));
        Assert.False(Parse(First.Jwk).HasSameKeysAs(both));
        Assert.False(Parse(First.Jwk).HasSameKeysAs(Parse(Second.Jwk)));
    }

    private static AccessTokenKeySet Parse(params string[] keys) =>
        AccessTokenKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys)}}]}"""), cacheCapacity: 1);

    private static byte[] Numbers(int count, byte first = 1) => [(byte)(0x80 | first), .. Enumerable.Repeat((byte)1, count - 1)];

    private static string Jwk(RSAParameters key) =>
        $$"""{"kty":"RSA","kid":"{{KeyThumbprint.Compute(key)}}","n":"{{Text(key.Modulus!)}}","e":"{{Text(key.Exponent!)}}"}""";

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
