using System.Globalization;

namespace AspireKv.StorageNode.Storage.Wal;

/// <summary>Segments are named by their first position in 16 hexadecimal digits, so that the order of the names is theirs.</summary>
internal static class SegmentNames
{
    public const string Extension = ".wal";

    /// <summary>A segment that is being made; none of its records was ever acknowledged.</summary>
    public const string TemporaryExtension = ".new";

    /// <summary>A dropped segment, kept to be used again: overwriting is faster than growing.</summary>
    public const string Spare = "spare";

    public static string NameOf(long firstPosition) => firstPosition.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    public static long? FirstPosition(string name) =>
        name.Length == 16 + Extension.Length
        && name.EndsWith(Extension, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var position)
        && position > 0
            ? position
            : null;
}
