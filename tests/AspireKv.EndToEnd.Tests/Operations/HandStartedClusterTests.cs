using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using AspireKv.EndToEnd.Tests.Processes;
using Xunit.Abstractions;

namespace AspireKv.EndToEnd.Tests.Operations;

/// <summary>
/// The three-node cluster of docs/operations.md, started by the very lines that stand there, in a copy of the repository.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed partial class HandStartedClusterTests(ITestOutputHelper output) : IDisposable
{
    private const string GatewayAddress = "http://127.0.0.1:3000/";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly string[] LeftOut = ["bin", "obj", "tests", "bench", "docs", "out", "data"];

    private readonly string _copy = Directory.CreateTempSubdirectory("aspirekv-operations-").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Operations_HandStartedCluster_ServesAsWritten()
    {
        var block = Block().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"))).Groups["text"].Value;
        Assert.Contains("dotnet publish", block, StringComparison.Ordinal);
        Copy(Repository.Root, _copy);

        // The lines end with services in the background; the shell stays for as long as they do.
        using var shell = Start(block + "\nwait\n");
        try
        {
            using var client = await LogInAsync(shell);
            await Wait.UntilAsync(
                "the cluster takes a write", StartLimit, async () => (await client.PutAsync("by-hand", "started")).IsSuccess);
            Assert.Equal(
                (HttpStatusCode.OK, "started"),
                await client.GetAsync("by-hand") is var answer ? (answer.Status, answer.Body) : default);
            Assert.True(Directory.Exists(Path.Combine(_copy, "out", "data", "node3")), "node3 keeps its data where the lines say");
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
            await shell.WaitForExitAsync();
        }
    }

    private static async Task<GatewayClient> LogInAsync(Process shell)
    {
        GatewayClient? client = null;
        await Wait.UntilAsync("the gateway lets somebody log in", StartLimit, async () =>
        {
            Assert.False(shell.HasExited, "the lines ended; are their ports free?");
            try
            {
                client = await GatewayClient.LogInAsync(new Uri(GatewayAddress));
                return true;
            }
            catch (Exception exception) when (exception is HttpRequestException or Xunit.Sdk.XunitException)
            {
                return false;
            }
        });
        return client!;
    }

    private Process Start(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = _copy,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // As in a new shell; and no build server outlives the test.
        var inherited = start.Environment.Keys
            .Where(key => key.Contains("__", StringComparison.Ordinal) || key.StartsWith("ASPNETCORE_", StringComparison.Ordinal))
            .ToList();
        foreach (var name in inherited)
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        var shell = Process.Start(start)!;
        shell.OutputDataReceived += Write;
        shell.ErrorDataReceived += Write;
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        return shell;
    }

    private void Write(object sender, DataReceivedEventArgs line)
    {
        try
        {
            output.WriteLine(line.Data ?? "");
        }
        catch (InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var directory in Directory.GetDirectories(from))
        {
            var name = Path.GetFileName(directory);
            if (name[0] != '.' && !LeftOut.Contains(name))
            {
                Copy(directory, Path.Combine(to, name));
            }
        }
    }

    [GeneratedRegex("^```bash\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
