using System.Globalization;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Gateway.KeyValue;

/// <summary>The revision of a value as a strong entity tag (RFC 9110, 8.8.3): <c>"round.node.sequence"</c>, opaque to clients.</summary>
internal static class EntityTag
{
    /// <summary>Room for two 64-bit and one 16-bit number, two dots and two quotes.</summary>
    private const int MaxLength = 52;

    /// <summary>The tag, quotes included.</summary>
    public static string Format(Stamp revision) =>
        string.Create(
            CultureInfo.InvariantCulture,
            stackalloc char[MaxLength],
            $"\"{revision.Ballot.Round}.{revision.Ballot.Node.Value}.{revision.Sequence}\"");

    /// <summary>
    /// Reads what stands between the quotes. False for anything that <see cref="Format"/> does not write, leading zeros included: such a
    /// tag equals no tag that was ever given out.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> opaque, out Stamp revision)
    {
        revision = Stamp.Zero;
        Span<Range> parts = stackalloc Range[4];
        if (opaque.Split(parts, '.') != 3
            || !TryParseNumber(opaque[parts[0]], out var round)
            || !TryParseNumber(opaque[parts[1]], out var node)
            || node > NodeId.MaxValue
            || !TryParseNumber(opaque[parts[2]], out var sequence))
        {
            return false;
        }

        revision = new Stamp(new Ballot(round, new NodeId((int)node)), sequence);
        return true;
    }

    /// <summary>Reads a number that has no sign and no zero before it.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return !text.IsEmpty
            && (text[0] != '0' || text.Length == 1)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Takes one tag of any kind from the front of a list; it must be followed by a comma or the end.</summary>
    public static bool TryTake(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> opaque, out bool isWeak)
    {
        opaque = [];
        isWeak = text.StartsWith("W/", StringComparison.Ordinal);
        var rest = isWeak ? text[2..] : text;
        if (rest.IsEmpty || rest[0] != '"')
        {
            return false;
        }

        var end = rest[1..].IndexOf('"');
        if (end < 0)
        {
            return false;
        }

        opaque = rest.Slice(1, end);
        foreach (var character in opaque)
        {
            if (character is <= ' ' or '\x7F')
            {
                return false;
            }
        }

        text = rest[(end + 2)..].TrimStart(" \t");
        return text.IsEmpty || text[0] == ',';
    }
}
