using System.Diagnostics;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests.Readme;

public sealed class CurlLinesTests(ClusterFixture fixture, ITestOutputHelper output) : ClusterTest(fixture, output)
{
    private static readonly string[] Routes = ["/login", "/set-value", "/get-value", "/delete-value", "/metrics"];

    [Fact]
    public async Task Readme_CurlLinesPastedIntoAShell_AnswerAsShown()
    {
        var examples = ReadmeExample.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")));
        Assert.All(Routes, route => Assert.Contains(examples, example => example.Command.Contains(route, StringComparison.Ordinal)));

        var answers = await RunInOneShellAsync(examples.Select(example => example.Command));

        foreach (var (example, answer) in examples.Zip(answers))
        {
            Assert.True(example.Matches(answer), $"{example.Command}\nshould answer\n{example.Answer}\nbut answered\n{answer}");
        }
    }

    private async Task<IReadOnlyList<string>> RunInOneShellAsync(IEnumerable<string> commands)
    {
        // A control character that no answer holds parts the answers.
        var script = string.Join("\nprintf '\\036'\n", commands)
            .Replace("localhost:3000", $"localhost:{Cluster.Gateway.Address.Port}", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var answers = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        try
        {
            await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            throw new TimeoutException($"The curl lines did not end within 30 s. They wrote:\n{await answers}\n{await errors}");
        }

        Assert.True(shell.ExitCode == 0, await errors);
        return (await answers).Split('\u001e');
    }
}
