using System.Text;
using AspireKv.Cluster.Keys;
using CsCheck;

namespace AspireKv.Cluster.Tests.Keys;

public sealed class KeyHasherTests
{
    // Made with xxhsum -H3 over namespace, zero byte and key (or tag). Stored keys are where these say: never change them.
    [Theory]
    [InlineData("default", "foo", 0x8ca7c5744124e701)]
    [InlineData("other", "foo", 0xb28a60fec8b499ae)]
    [InlineData("default", "user", 0x0e5a795da75539b7)]
    [InlineData("default", "a{user}b", 0x0e5a795da75539b7)]
    [InlineData("default", "{user}{other}", 0x0e5a795da75539b7)]
    [InlineData("default", "}a{x}", 0xe6b24cf5387fbda0)]
    [InlineData("default", "a{}b", 0x54428674cb1f51d1)]
    [InlineData("default", "a{", 0x5bcaed6e70608d2c)]
    public void Hash_KnownKey_IsTheGoldenValue(string @namespace, string key, ulong expected)
    {
        Assert.Equal(expected, KeyHasher.Hash(Key(@namespace, key)));
    }

    [Fact]
    public void Hash_LongKey_IsTheGoldenValue()
    {
        Assert.Equal(0xfc2e50b872207334, KeyHasher.Hash(Key("default", new string('k', 1024))));
    }

    [Fact]
    public void Hash_LongTag_IsThatOfTheTagAlone()
    {
        var tag = new string('k', 1020);

        Assert.Equal(KeyHasher.Hash(Key("default", tag)), KeyHasher.Hash(Key("default", $"a{{{tag}}}b")));
    }

    [Fact]
    public void Hash_EmptyFirstTag_IsThatOfTheWholeKey()
    {
        Assert.NotEqual(KeyHasher.Hash(Key("default", "user")), KeyHasher.Hash(Key("default", "{}{user}")));
    }

    [Fact]
    public void Hash_CloseWithoutAnOpen_IsThatOfTheWholeKey()
    {
        Assert.NotEqual(KeyHasher.Hash(Key("default", "user")), KeyHasher.Hash(Key("default", "user}b")));
    }

    [Fact]
    public void Hash_SameTag_IsTheSameHash()
    {
        Gen.Select(Text("abc}", 0, 10), Text("abc{", 1, 300), Text("abc{}", 0, 10)).Sample((before, tag, after) =>
            KeyHasher.Hash(Key("default", $"{before}{{{tag}}}{after}")) == KeyHasher.Hash(Key("default", $"{{{tag}}}")));
    }

    private static Gen<string> Text(string characters, int shortest, int longest) =>
        Gen.Char[characters].Array[shortest, longest].Select(text => new string(text));

    private static StoreKey Key(string @namespace, string key) => StoreKey.Create(@namespace, Encoding.UTF8.GetBytes(key));
}
