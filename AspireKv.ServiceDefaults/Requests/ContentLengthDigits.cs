using System.Text;
using Microsoft.Net.Http.Headers;

namespace AspireKv.ServiceDefaults.Requests;

/// <summary>
/// How the server decodes a <c>Content-Length</c>. The server itself takes any number, with a sign too, and keeps nothing but the number;
/// RFC 9110 (8.6) has digits alone, and whoever stands before the server may find another end of such a request. Here anything but a digit
/// becomes a character of no number, so the server refuses the head as malformed.
/// </summary>
internal sealed class ContentLengthDigits : Encoding
{
    private const char NoDigit = '?';

    private static readonly ContentLengthDigits Instance = new();

    private ContentLengthDigits()
    {
    }

    /// <summary>The decoding of a header; null for the server's own.</summary>
    public static Encoding? Choose(string header) => header == HeaderNames.ContentLength ? Instance : null;

    /// <summary>What is too long even without leading zeros is no length, and fills the room to say so.</summary>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var digits = bytes.Length > chars.Length ? bytes.TrimStart((byte)'0') : bytes;
        if (digits.Length > chars.Length)
        {
            chars.Fill(NoDigit);
            return chars.Length;
        }

        for (var i = 0; i < digits.Length; i++)
        {
            chars[i] = char.IsAsciiDigit((char)digits[i]) ? (char)digits[i] : NoDigit;
        }

        return digits.Length;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => ASCII.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => ASCII.GetMaxByteCount(charCount);
}
