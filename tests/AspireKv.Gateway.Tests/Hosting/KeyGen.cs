using System.Text;
using CsCheck;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Random keys, most of them made of what is awkward in a path.</summary>
internal static class KeyGen
{
    private static readonly string[] Awkward =
    [
        "/", "%", ".", "..", "%2F", "%252F", "?", "#", "&", "=", "+", " ", "{", "}", "\\", "\"", "\0", "\n", "\t", ";", ":", "@", "é", "ß",
        "漢", "🗝", "~", "-", "%00",
    ];

    /// <summary>The bytes of a legal key.</summary>
    public static readonly Gen<byte[]> Legal = Gen.Int.Select(seed => Next(new Random(seed)));

    public static byte[] Next(Random random)
    {
        while (true)
        {
            var pieces = Enumerable.Range(0, random.Next(1, 13)).Select(_ => NextPiece(random));
            var key = Encoding.UTF8.GetBytes(string.Concat(pieces));
            if (key is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
            {
                return key;
            }
        }
    }

    private static string NextPiece(Random random) => random.Next(10) switch
    {
        < 5 => Awkward[random.Next(Awkward.Length)],
        < 8 => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)random.Next('a', 'z' + 1))),
        8 => char.ConvertFromUtf32(random.Next(0x20, 0xD800)),
        _ => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
    };

    /// <summary>
    /// A target that names the key: bytes that must be escaped are, and of the others a random part. A slash next to dots is escaped too,
    /// as the API asks.
    /// </summary>
    public static string ToTarget(string @namespace, ReadOnlySpan<byte> key, Random random)
    {
        var target = new StringBuilder($"/v1/kv/{@namespace}/");
        foreach (var value in key)
        {
            var character = (char)value;
            var mayStand = char.IsAsciiLetterOrDigit(character)
                || "-_~.!$&'()*+,;=:@{}".Contains(character)
                || (character == '/' && !key.Contains((byte)'.'));
            if (mayStand && random.Next(4) > 0)
            {
                target.Append(character);
            }
            else
            {
                target.Append('%').Append(random.Next(2) == 0 ? value.ToString("x2") : value.ToString("X2"));
            }
        }

        return target.ToString();
    }
}
