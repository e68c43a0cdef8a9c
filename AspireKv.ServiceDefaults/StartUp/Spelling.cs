namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>Finds what somebody meant who misspelt a name.</summary>
internal static class Spelling
{
    /// <summary>The known name that is one or two letters away, or null; a name that is known is not misspelt.</summary>
    public static string? FindNearest(string name, IEnumerable<string> known) => known
        .Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(static found => found.Distance > 0 && found.Distance <= (found.Name.Length > 5 ? 2 : 1))
        .OrderBy(static found => found.Distance)
        .Select(static found => found.Name)
        .FirstOrDefault();

    /// <summary>
    /// How many letters must be put in, taken out or exchanged, or change places with their neighbour (optimal string alignment, a
    /// restricted Damerau-Levenshtein distance).
    /// </summary>
    private static int Distance(string one, string other)
    {
        int[] beforeLast = [];
        var last = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var exchanged = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                row[j] = Math.Min(exchanged, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[other.Length];
    }
}
