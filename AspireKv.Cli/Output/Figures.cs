using System.Globalization;

namespace AspireKv.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>With commas between the thousands.</summary>
    public static string Of(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The number and the noun, which takes an s unless there is one.</summary>
    public static string Count(long number, string noun, string? plural = null) =>
        $"{Of(number)} {(number == 1 ? noun : plural ?? noun + "s")}";

    /// <summary>In the largest unit of which there is at least one.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1024)
        {
            return $"{bytes} B";
        }

        var (size, unit) = (bytes / 1024.0, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
        {
            size /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.0} {Units[unit]}");
    }

    /// <summary>Numbers in order, as ranges: <c>0-3,7</c>.</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in numbers.Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return string.Join(',', ranges.Select(static range =>
            range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }
}
