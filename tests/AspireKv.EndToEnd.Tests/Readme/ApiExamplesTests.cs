using System.Text.RegularExpressions;
using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>The examples of docs/api.md, pasted into a shell.</summary>
[Collection(ClusterCollection.Name)]
public sealed partial class ApiExamplesTests(DevelopmentClusterFixture fixture) : IClassFixture<DevelopmentClusterFixture>
{
    [Fact]
    public async Task Api_Examples_AnswerAsShown()
    {
        var examples = Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md")));
        Assert.InRange(examples.Count, 8, 100);
        var directory = Directory.CreateTempSubdirectory("aspirekv-api-").FullName;
        try
        {
            byte[] logo = [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3];
            await File.WriteAllBytesAsync(Path.Combine(directory, "logo.png"), logo);

            var answers = await Shell.RunAsync(examples.Select(example => example.Command), fixture.Cluster.Gateway.Address, directory);

            foreach (var (example, answer) in examples.Zip(answers))
            {
                Assert.True(
                    Matches(example.Answer, answer),
                    $"{example.Command}\nshould answer\n{string.Join('\n', example.Answer)}\nbut answered\n{answer}");
            }

            Assert.Equal(logo, await File.ReadAllBytesAsync(Path.Combine(directory, "copy.png")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>A command behind <c>$</c>, and the lines that follow it.</summary>
    private static List<(string Command, List<string> Answer)> Parse(string markdown)
    {
        var examples = new List<(string Command, List<string> Answer)>();
        var shown = Blocks().Matches(markdown).SelectMany(match => match.Groups["text"].Value.Split('\n'));
        foreach (var line in shown.Where(line => line.Length > 0))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                examples.Add((line[2..], []));
            }
            else
            {
                examples[^1].Answer.Add(line);
            }
        }

        return examples;
    }

    /// <summary>
    /// True when the lines come in this order; others may stand between. <c>...</c> stands for anything, and any number, id, revision or
    /// liveness for any other: a machine that stands still for a second makes a member suspect, and the example no less true.
    /// </summary>
    private static bool Matches(List<string> shown, string answer)
    {
        var lines = shown.Select(line => Regex.Escape(line.Trim().Replace(", ...", "...", StringComparison.Ordinal)))
            .Select(line => line.Replace(@"\.\.\.", @"[\s\S]*", StringComparison.Ordinal))
            .Select(line => Variables().Replace(line, match => match.Groups["id"].Success ? "[0-9a-f-]{16,36}"
                : match.Groups["liveness"].Success ? "(alive|suspect|dead)"
                : match.Groups["quote"].Length > 0 ? @"(""[\d.]+""|null)"
                : @"([\d.]+|null)"));
        return Regex.IsMatch(answer, string.Join(@"[\s\S]*?", lines));
    }

    [GeneratedRegex("^```console\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    /// <summary>In an escaped line; the status of an answer is none.</summary>
    [GeneratedRegex(
        @"(?<id>[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16})|(?<liveness>alive)|(?<![\w/.]|\\ )(?<quote>""?)\d+(\\\.\d+)*\k<quote>(?!\w)")]
    private static partial Regex Variables();
}
