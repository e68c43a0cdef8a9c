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

    /// <summary>How many letters must be put in, taken out or exchanged (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var exchanged = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(exchanged, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[other.Length];
    }
}
