using AspireKv.Testing.Linearizability;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>What a run showed.</summary>
internal sealed record NemesisReport
{
    public required int Seed { get; init; }

    /// <summary>Promises that were broken, a line each.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>Why the run shows nothing, if so: too little happened in it.</summary>
    public required IReadOnlyList<string> Shortcomings { get; init; }

    /// <summary>One line of what happened and how much.</summary>
    public required string Figures { get; init; }

    public required IReadOnlyList<Episode> Episodes { get; init; }

    public required IReadOnlyList<HistoryOperation> History { get; init; }

    public bool IsGood => Violations.Count == 0 && Shortcomings.Count == 0;

    /// <summary>Writes the run down for whoever looks for the cause.</summary>
    /// <returns>The directory.</returns>
    public string Save(IEnumerable<(string Name, string Lines)> outputs)
    {
        var directory = Directory.CreateTempSubdirectory($"aspirekv-nemesis-{Seed}-").FullName;
        File.WriteAllLines(Path.Combine(directory, "findings.txt"), [Figures, .. Violations, .. Shortcomings]);
        File.WriteAllLines(Path.Combine(directory, "faults.txt"), Episodes.Select(episode => episode.ToString()));
        File.WriteAllLines(
            Path.Combine(directory, "history.txt"),
            History.OrderBy(call => call.Key).ThenBy(call => call.Invoked).Select(call => call.ToString()));
        foreach (var (name, lines) in outputs)
        {
            File.WriteAllText(Path.Combine(directory, $"{name}.log"), lines);
        }

        return directory;
    }
}
