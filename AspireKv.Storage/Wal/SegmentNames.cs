using System.Globalization;

namespace AspireKv.Storage.Wal;

/// <summary>Segments are named by their first position in 16 hexadecimal digits, so that the order of the names is theirs.</summary>
internal static class SegmentNames
{
    public const string Extension = ".wal";

    /// <summary>A segment that is being made; none of its records was ever acknowledged.</summary>
    public const string TemporaryExtension = ".new";

    /// <summary>How the names of segments kept for later begin; a number follows.</summary>
    public const string Spare = "spare-";

    public static string NameOf(long firstPosition) => firstPosition.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    public static string SpareNameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Spare}{number}");

    public static int? SpareNumber(string name) =>
        name.StartsWith(Spare, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Spare.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static long? FirstPosition(string name) =>
        name.Length == 16 + Extension.Length
        && name.EndsWith(Extension, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var position)
        && position > 0
            ? position
            : null;
}
