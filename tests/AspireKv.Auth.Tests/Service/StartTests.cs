using System.Diagnostics;
using AspireKv.Auth.Tests.Support;

namespace AspireKv.Auth.Tests.Service;

/// <summary>
/// The service as a process: what stops it says so in one line on the standard error stream, and ends it with exit code 1.
/// </summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task Start_ProductionWithoutAdministrator_IsRefused() => AssertRefusedAsync("set Auth:Administrator:Email");

    [Fact]
    public Task Start_PlaceholderPassword_IsRefused() => AssertRefusedAsync(
        "Auth:Administrator:Password is a placeholder", ("Auth__Administrator__Email", AuthHost.Email), (
            "Auth__Administrator__Password", "change-me"));

    [Fact]
    public Task Start_NoDataDirectory_IsRefused() => AssertRefusedAsync("Set Auth:DataDirectory", ("Auth__DataDirectory", ""));

    [Fact]
    public async Task Start_PortInUse_IsRefused()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        await AssertRefusedAsync(
            "address already in use",
            ("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}"),
            ("DOTNET_ENVIRONMENT", "Development"));
    }

    private async Task AssertRefusedAsync(string reason, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.Path,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Auth__DataDirectory"] = _directory.Path;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var line = Assert.Single((await process.StandardError.ReadToEndAsync(limit.Token)).TrimEnd().Split('\n'));
            await process.WaitForExitAsync(limit.Token);
            Assert.StartsWith("The auth service cannot start: ", line, StringComparison.Ordinal);
            Assert.Contains(reason, line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
            Assert.Equal(1, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
