using System.Text;
using AspireKv.Cluster.Keys;
using CsCheck;

namespace AspireKv.Cluster.Tests.Keys;

public sealed class StoreKeyTests
{
    private static readonly Gen<byte[]> NearlyKeys = Gen.OneOf(
        Gen.Byte.Array[0, 80],
        Gen.Select(Gen.Char["a9-A\0"].Array[0, 65], Gen.Int[1020, 1028]).Select((space, length) =>
            (byte[])[.. Encoding.ASCII.GetBytes(space), 0, .. new byte[length]]));

    [Theory]
    [InlineData("a")]
    [InlineData("0-a")]
    [InlineData("a--")]
    public void Create_LegalNamespace_IsInFrontOfTheKey(string @namespace)
    {
        var key = StoreKey.Create(@namespace, "k\0e"u8);

        Assert.Equal($"{@namespace}\0k\0e", Encoding.ASCII.GetString(key.Bytes));
        Assert.True(StoreKey.IsNamespace(@namespace));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("\u00e9")]
    [InlineData("\u0161")]
    public void Create_IllegalNamespace_Throws(string @namespace)
    {
        Assert.False(StoreKey.IsNamespace(@namespace));
        Assert.Throws<ArgumentException>(() => StoreKey.Create(@namespace, "k"u8));
    }

    [Fact]
    public void Lengths_AtTheirBounds_AreLegalAndOneMoreIsNot()
    {
        var space = new string('a', StoreKey.MaxNamespaceBytes);

        Assert.Equal((63, 1024), (StoreKey.MaxNamespaceBytes, StoreKey.MaxKeyBytes));
        Assert.Equal(StoreKey.MaxBytes, StoreKey.Create(space, new byte[StoreKey.MaxKeyBytes]).Length);
        Assert.Throws<ArgumentException>(() => StoreKey.Create(space + "a", new byte[1]));
        Assert.Throws<ArgumentException>(() => StoreKey.Create("a", new byte[StoreKey.MaxKeyBytes + 1]));
        Assert.Throws<ArgumentException>(() => StoreKey.Create("a", []));
    }

    [Theory]
    [InlineData("", "no namespace")]
    [InlineData("no-separator", "no namespace")]
    [InlineData("\0k", "no namespace")]
    [InlineData("-a\0k", "no namespace")]
    [InlineData("Ns\0k", "no namespace")]
    [InlineData("ns\0", "nothing follows")]
    public void TryCreate_IllegalBytes_SaysWhatIsWrong(string text, string expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        Assert.False(StoreKey.TryCreate(bytes, out var key, out var fault));
        Assert.Equal(default, key);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains(fault, Assert.Throws<ArgumentException>(() => new StoreKey(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_TooLong_SaysHowLong()
    {
        Assert.False(StoreKey.TryCreate([.. "ns\0"u8, .. new byte[1025]], out _, out var fault));
        Assert.Contains("1025 bytes", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_LegalBytes_IsTheKeyWithThem()
    {
        Assert.True(StoreKey.TryCreate([.. "ns\0k"u8], out var key, out _));
        Assert.Equal(StoreKey.Create("ns", "k"u8), key);
    }

    /// <summary>Among 400,000 keys about 18 pairs share their 32 bits; which ones is the same in every run.</summary>
    [Fact]
    public void Equals_AnotherKeyOfTheSameHashCode_IsFalse()
    {
        var byHashCode = new Dictionary<int, StoreKey>();
        for (var i = 0; i < 400_000; i++)
        {
            var key = StoreKey.Create("ns", BitConverter.GetBytes(i));
            if (!byHashCode.TryAdd(key.GetHashCode(), key))
            {
                Assert.NotEqual(byHashCode[key.GetHashCode()], key);
                return;
            }
        }

        Assert.Fail("no two keys shared a hash code");
    }

    /// <summary>Against a twin that is plainly right: the first zero byte parts a namespace from a key, both within their bounds.</summary>
    [Fact]
    public void TryCreate_AnyBytes_AgreesWithTheTwin() => NearlyKeys.Sample(bytes =>
    {
        var parts = Encoding.Latin1.GetString(bytes).Split('\0', 2);
        var isLegal = parts is [{ Length: >= 1 and <= 63 } space, { Length: >= 1 and <= 1024 }]
            && space[0] != '-' && space.All(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

        return StoreKey.TryCreate(bytes, out var key, out _) == isLegal && (isLegal ? key.Bytes.SequenceEqual(bytes) : key.Length == 0);
    });
}
