using System.Text.RegularExpressions;
using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests;

/// <summary>The examples of docs/cli.md, run in their order against one gateway.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private const string Pending = "GET /v1/admin/plan";

    private readonly ScratchFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Cli_Examples_PrintWhatIsShown()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var examples = Parse(await File.ReadAllTextAsync(Path.Combine(Root, "docs", "cli.md")));
        Assert.InRange(examples.Count, 12, 100);
        foreach (var (command, shown) in examples)
        {
            Prepare(gateway, command);
            var ended = await RunAsync(gateway, command);
            Assert.Equal($"$ {command}\n{shown}", $"$ {command}\n{ended}");
        }
    }

    /// <summary>What happens in the cluster between the examples.</summary>
    private static void Prepare(FakeGateway gateway, string command)
    {
        switch (command)
        {
            case "akv progress":
                gateway.On(Pending, Reply.Json(SampleBodies.Pending));
                break;
            case "akv progress --watch":
                gateway.On(Pending, Reply.Json(SampleBodies.Pending), Reply.Json(SampleBodies.NearlyDone), Reply.NoContent);
                break;
            case "akv cancel":
                gateway.On(Pending, Reply.Json(SampleBodies.Pending));
                break;
            case "akv cancel --generation 3; echo $?":
                gateway.On("DELETE /v1/admin/plan", Reply.Problem(409, "topology_changed", "The topology is at generation 5, not 3."));
                break;
        }
    }

    /// <summary>The outputs of a line of the shell, both of them; <c>; echo $?</c> adds the exit code.</summary>
    private async Task<string> RunAsync(FakeGateway gateway, string command)
    {
        const string ShowsExitCode = "; echo $?";
        var line = command.Replace(ShowsExitCode, "", StringComparison.Ordinal).Replace("akv ", "", StringComparison.Ordinal);
        var words = line.Split(' ').Select(word => word == "plan.json" ? _files.Path(word) : word);
        var ended = await new Akv(gateway).RunAsync([.. words]);
        var output = (ended.Out + ended.Error).Replace(_files.Path("plan.json"), "plan.json", StringComparison.Ordinal);
        return command.EndsWith(ShowsExitCode, StringComparison.Ordinal) ? $"{output}{ended.ExitCode}\n" : output;
    }

    /// <summary>A command behind <c>$</c>, and the lines that follow it.</summary>
    private static List<(string Command, string Shown)> Parse(string markdown)
    {
        var examples = new List<(string Command, string Shown)>();
        foreach (Match block in Blocks().Matches(markdown))
        {
            foreach (var example in block.Groups["text"].Value.Split("$ akv", StringSplitOptions.RemoveEmptyEntries))
            {
                var end = example.IndexOf('\n', StringComparison.Ordinal);
                examples.Add(($"akv{example[..end]}", example[(end + 1)..]));
            }
        }

        return examples;
    }

    private static string Root
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(directory, "AspireKv.sln")))
            {
                directory = Path.GetDirectoryName(directory)
                    ?? throw new InvalidOperationException("The tests do not lie in the repository.");
            }

            return directory;
        }
    }

    [GeneratedRegex("^```console\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();
}
