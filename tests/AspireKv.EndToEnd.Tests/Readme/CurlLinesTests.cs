using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>The README's curl lines, pasted into a shell.</summary>
[Collection(ClusterCollection.Name)]
public sealed class CurlLinesTests(DevelopmentClusterFixture fixture) : IClassFixture<DevelopmentClusterFixture>
{
    private static readonly string[] Routes = ["/login", "/set-value", "/get-value", "/delete-value", "/metrics"];

    [Fact]
    public async Task Readme_CurlLinesPastedIntoAShell_AnswerAsShown()
    {
        var examples = ReadmeExample.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")));
        Assert.All(Routes, route => Assert.Contains(examples, example => example.Command.Contains(route, StringComparison.Ordinal)));

        var answers = await Shell.RunAsync(examples.Select(example => example.Command), fixture.Cluster.Gateway.Address);

        foreach (var (example, answer) in examples.Zip(answers))
        {
            Assert.True(example.Matches(answer), $"{example.Command}\nshould answer\n{example.Answer}\nbut answered\n{answer}");
        }
    }
}
