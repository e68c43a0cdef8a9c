using System.Diagnostics;

namespace AspireKv.EndToEnd.Tests.Readme;

/// <summary>Pastes commands of the documentation into one shell.</summary>
internal static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the commands one after the other, with the gateway in place of the one on port 3000.</summary>
    /// <returns>What each wrote to its standard output.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(IEnumerable<string> commands, Uri gateway, string? directory = null)
    {
        // A control character that no answer holds parts the answers.
        var script = string.Join("\nprintf '\\036'\n", commands)
            .Replace("localhost:3000", $"localhost:{gateway.Port}", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var answers = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        try
        {
            await shell.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"The lines did not end within {Limit.TotalSeconds} s. They wrote:\n{await answers}\n{await errors}");
        }

        Assert.True(shell.ExitCode == 0, await errors);
        return (await answers).Split('\u001e');
    }
}
