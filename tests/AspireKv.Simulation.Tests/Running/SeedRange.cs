using System.Globalization;

namespace AspireKv.Simulation.Tests.Running;

/// <summary>Consecutive seeds, written <c>first:count</c>.</summary>
internal readonly record struct SeedRange(int First, int Count)
{
    public IEnumerable<int> Seeds => Enumerable.Range(First, Count);

    public static bool TryParse(string? text, out SeedRange range)
    {
        range = default;
        if (text?.Split(':') is not [var first, var count]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || from > int.MaxValue - number)
        {
            return false;
        }

        range = new SeedRange(from, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}:{Count}");
}
