using System.Text.RegularExpressions;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>A command that the README shows, and the answer it shows below it.</summary>
internal sealed partial record ReadmeExample(string Command, string Answer)
{
    private const string Fence = "```";

    /// <summary>
    /// Reads the README's one <c>bash</c> block that logs in: commands as they are pasted (of one line or more), each followed by its
    /// answer in comment lines. In an answer, <c>...</c> stands for anything.
    /// </summary>
    public static IReadOnlyList<ReadmeExample> Parse(string markdown)
    {
        var block = BashBlocks().Matches(markdown)
            .Select(match => match.Groups["text"].Value)
            .Single(text => text.Contains("/login", StringComparison.Ordinal));
        var examples = new List<ReadmeExample>();
        var command = new List<string>();
        var answer = new List<string>();
        foreach (var line in block.Split('\n').Where(line => line.Length > 0))
        {
            if (line[0] == '#')
            {
                answer.Add(line.TrimStart('#').Trim());
                continue;
            }

            if (answer.Count > 0)
            {
                examples.Add(new(string.Join('\n', command), string.Join('\n', answer)));
                command.Clear();
                answer.Clear();
            }

            command.Add(line);
        }

        examples.Add(new(string.Join('\n', command), string.Join('\n', answer)));
        return examples;
    }

    /// <summary>True when the output is what the README shows.</summary>
    public bool Matches(string output) =>
        Regex.IsMatch(output.Trim(), $@"\A{Regex.Escape(Answer).Replace(@"\.\.\.", @"[\s\S]*", StringComparison.Ordinal)}\z");

    [GeneratedRegex($@"^{Fence}bash\n(?<text>.*?)^{Fence}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex BashBlocks();
}
