using System.Text.RegularExpressions;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// Every command that the documentation shows is run by a test, or by the script of which it is the documentation, or stands on the list of
/// those that nothing runs, with the reason.
/// </summary>
public sealed partial class CommandTests
{
    private const string AccountCommands = "tests/AspireKv.Auth.Tests/Service/AccountCommandTests.cs";

    private const string EndToEnd = "tests/AspireKv.EndToEnd.Tests/";

    /// <summary>How a command begins, and what runs it: a file and words in it.</summary>
    private static readonly (string Command, string File, string Words)[] RunBy =
    [
        ("curl -i ", EndToEnd + "Readme/ApiExamplesTests.cs", "Api_Examples_AnswerAsShown"),
        ("curl -X POST localhost:3000/", EndToEnd + "Readme/ApiExamplesTests.cs", "Api_Examples_AnswerAsShown"),
        ("curl -s -X ", EndToEnd + "Readme/ApiExamplesTests.cs", "Api_Examples_AnswerAsShown"),
        ("PLAN=$(curl ", EndToEnd + "Readme/ApiExamplesTests.cs", "Api_Examples_AnswerAsShown"),
        ("curl -s localhost:3000/v1/", EndToEnd + "Readme/ApiExamplesTests.cs", "Api_Examples_AnswerAsShown"),
        ("curl -X POST http://localhost:3000/", EndToEnd + "Readme/CurlLinesTests.cs", "Readme_CurlLinesPastedIntoAShell_AnswerAsShown"),
        ("curl http://localhost:3000/metrics", EndToEnd + "Readme/CurlLinesTests.cs", "Readme_CurlLinesPastedIntoAShell_AnswerAsShown"),
        ("curl http://127.0.0.1:3000/health/all", EndToEnd + "Processes/ClusterProcesses.cs", "\"health/all\""),
        ("TOKEN=$(curl ", EndToEnd + "Readme/CurlLinesTests.cs", "Readme_CurlLinesPastedIntoAShell_AnswerAsShown"),
        ("dotnet run --project AspireKv.AppHost",
            "tests/AspireKv.AppHost.Tests/EndToEnd/DashboardTests.cs",
            "Dashboard_HealthyCluster_ShowsResourcesLogsTracesAndMetricsAndNoError"),
        ("dotnet run -c Release --project AspireKv.AppHost",
            "tests/AspireKv.AppHost.Tests/EndToEnd/AppHostTests.cs", "Run_StoppedStartedAndKilled_KeepsTheDataAndLeavesNoProcess"),
        ("dotnet test", ".ci/run", "dotnet test AspireKv.sln -m:1"),
        ("dotnet publish", EndToEnd + "Operations/HandStartedClusterTests.cs", "Operations_HandStartedCluster_ServesAsWritten"),
        ("export ", EndToEnd + "Operations/HandStartedClusterTests.cs", "Operations_HandStartedCluster_ServesAsWritten"),
        ("(cd out/", EndToEnd + "Operations/HandStartedClusterTests.cs", "Operations_HandStartedCluster_ServesAsWritten"),
        ("for id in 1 2 3", EndToEnd + "Operations/HandStartedClusterTests.cs", "Operations_HandStartedCluster_ServesAsWritten"),
        ("Node__Id=2 ", EndToEnd + "LostDiskTests.cs", "TwoDirectoriesDeleted_NothingIsServedUntilAnOperatorAcceptsTheLoss"),
        ("printf '%s\\n' \"$PASSWORD\" | Auth__DataDirectory=... ./AspireKv.Auth set-password",
            AccountCommands, "SetPassword_OfARunningService_MakesChangesAndRemoves"),
        ("Auth__DataDirectory=... ./AspireKv.Auth remove-account",
            AccountCommands, "SetPassword_OfARunningService_MakesChangesAndRemoves"),
        ("dotnet run --project tests/AspireKv.Simulation.Tests",
            "tests/AspireKv.Simulation.Tests/CommandLineTests.cs", "Command_OfTheDocumentation_EndsWell"),
        ("akv ", "tests/AspireKv.Cli.Tests/DocumentationTests.cs", "Cli_Examples_PrintWhatIsShown"),
        ("ASPIREKV_SIM_SEEDS=", "tests/AspireKv.Simulation.Tests/SimulationTests.cs", "ASPIREKV_SIM_SEEDS"),
        ("ASPIREKV_ALL_FLIPS=1", "tests/AspireKv.Storage.Tests/SqliteFlipTests.cs", "ASPIREKV_ALL_FLIPS"),
        ("dotnet run --project tests/AspireKv.EndToEnd.Tests",
            EndToEnd + "NemesisTests.cs", "Cluster_UnderEveryKindOfFault_KeepsItsPromises"),
    ];

    /// <summary>How a command begins that no test and no script runs, and why.</summary>
    private static readonly (string Command, string Reason)[] RunByNobody =
    [
        ("aspire run", "a tool that whoever wants it installs; the AppHost is started without it"),
        ("dotnet pack AspireKv.Cli", "makes the package of a tool; what is in it is run by the tests"),
        ("dotnet tool install", "installs for the account of whoever types it; the command line is tested without it"),
        ("dotnet run --project AspireKv.Cli", "the same program as akv"),
        ("apt-get install wrk", "installs what only the benchmarks need"),
        ("bench/run", "measures a running cluster for minutes, and judges nothing"),
        ("bench/overload", "asks for more than there is for a minute, and judges nothing"),
        ("bench/storage", "measures a disk, and judges nothing"),
        ("eng/mutate", "runs the tests against one changed library after the other for up to hours, and judges the tests"),
    ];

    private static readonly string[] Programs =
    [
        "curl ", "dotnet ", "export ", "(cd ", "for ", "TOKEN=", "PLAN=", "Node__Id=", "Auth__", "ASPIREKV_", "git ", "docker ", "apt-get ",
        "akv ", "aspire ", "bench/", "eng/", "printf ", "./",
    ];

    [Fact]
    public void Documentation_ShowsNoCommandThatNothingRuns()
    {
        var commands = Directory.GetFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.TopDirectoryOnly)
            .Append(Path.Combine(SourceTree.Root, "README.md"))
            .Append(Path.Combine(SourceTree.Root, "bench/README.md"))
            .SelectMany(path => Commands(File.ReadAllText(path)).Select(command => (File: Path.GetFileName(path), Command: command)))
            .ToList();
        var listed = RunBy.Select(known => known.Command).Concat(RunByNobody.Select(known => known.Command)).ToList();
        var unknown = commands.Where(shown => !listed.Any(command => shown.Command.StartsWith(command, StringComparison.Ordinal)));

        Assert.True(commands.Count > 25, $"only {commands.Count} commands were found");
        Assert.Empty(unknown);
        Assert.All(RunBy, known => Assert.Contains(known.Words, SourceTree.Read(known.File), StringComparison.Ordinal));
        Assert.All(listed, command => Assert.True(
            commands.Any(shown => shown.Command.StartsWith(command, StringComparison.Ordinal)), $"nothing shows '{command}' any more"));
    }

    /// <summary>Lines of fenced blocks, and code in the text, that begin like a command.</summary>
    private static IEnumerable<string> Commands(string markdown)
    {
        var blocks = Blocks().Matches(markdown).SelectMany(match => match.Groups["text"].Value.Split('\n'))
            .Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line);
        var inline = Inline().Matches(Blocks().Replace(markdown, "")).Select(match => match.Groups["text"].Value.Replace('\n', ' '));
        return blocks.Concat(inline)
            .Where(text => Programs.Any(program => text.StartsWith(program, StringComparison.Ordinal)))
            .Where(text => text.Contains(' ', StringComparison.Ordinal));
    }

    [GeneratedRegex("^```[^\n]*\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Inline();
}
