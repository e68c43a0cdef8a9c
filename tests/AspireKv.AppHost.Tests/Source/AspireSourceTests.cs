using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace AspireKv.AppHost.Tests.Source;

/// <summary>Asks the very target that decides where Aspire comes from, with folders as package sources.</summary>
public sealed class AspireSourceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Decide_SourceHasNoAspire_IsLocalAndRemembered()
    {
        var feed = Directory.CreateDirectory(_directory.Combine("feed")).FullName;

        var (exitCode, output) = await DecideAsync(feed);

        Assert.True(exitCode == 0, output);
        Assert.Equal("local", Remembered());
    }

    [Fact]
    public async Task Decide_SourceHasAspire_IsNuget()
    {
        var feed = Directory.CreateDirectory(_directory.Combine("feed")).FullName;
        var runtime = RuntimeInformation.RuntimeIdentifier;
        foreach (var package in new[] { "Aspire.Hosting.AppHost", $"Aspire.Dashboard.Sdk.{runtime}", $"Aspire.Hosting.Orchestration.{runtime}" })
        {
            WritePackage(feed, package, AspireVersion());
        }

        var (exitCode, output) = await DecideAsync(feed);

        Assert.True(exitCode == 0, output);
        Assert.Equal("nuget", Remembered());
    }

    [Fact]
    public async Task Decide_SourceDoesNotAnswer_IsAnErrorAndNothingIsRemembered()
    {
        var (exitCode, output) = await DecideAsync(_directory.Combine("no-such-feed"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("AKV001", output, StringComparison.Ordinal);
        Assert.Contains("NU1301", output, StringComparison.Ordinal);
        Assert.Null(Remembered());
    }

    public void Dispose() => _directory.Dispose();

    private async Task<(int ExitCode, string Output)> DecideAsync(string feed)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", Repository.Combine("AspireKv.AppHost", "AspireKv.AppHost.csproj"), "-nologo", "-t:DecideAspireSource",
                $"-p:MSBuildProjectExtensionsPath={_directory.Combine("obj")}/", $"-p:RestoreSources={feed}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The packages of these feeds must never get into the user's cache, and nobody's answer is to be forced here.
        start.Environment["NUGET_PACKAGES"] = _directory.Combine("packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment.Remove("AspireSource");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync("MSBuild to decide");
        return (process.ExitCode, await output + await errors);
    }

    private string? Remembered()
    {
        var file = _directory.Combine("obj", $"aspire-source.{AspireVersion()}.props");
        return File.Exists(file) ? XDocument.Load(file).Descendants("AspireSource").Single().Value : null;
    }

    private static string AspireVersion() =>
        XDocument.Load(Repository.Combine("Directory.Packages.props")).Descendants("AspireVersion").Single().Value;

    private static void WritePackage(string feed, string id, string version)
    {
        using var package = ZipFile.Open(Path.Combine(feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
        nuspec.Write($"""
            <package><metadata><id>{id}</id><version>{version}</version><authors>test</authors><description>test</description></metadata></package>
            """);
    }
}
