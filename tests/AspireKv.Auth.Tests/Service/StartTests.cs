using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Tests.Support;

namespace AspireKv.Auth.Tests.Service;

/// <summary>
/// The service as a process: what stops it says so in one line on the standard error stream, and ends it with exit code 1.
/// </summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ScratchDirectory _directory = new();
    private readonly TcpListener _taken = new(IPAddress.Loopback, 0);

    public StartTests() => _taken.Start();

    public void Dispose()
    {
        _taken.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public Task Start_ProductionWithoutAdministrator_IsRefused() => AssertRefusedAsync("set Auth:Administrator:Email");

    [Fact]
    public Task Start_PlaceholderPassword_IsRefused() => AssertRefusedAsync(
        "Auth:Administrator:Password is a placeholder", ("Auth__Administrator__Email", AuthHost.Email), (
            "Auth__Administrator__Password", "change-me"));

    [Fact]
    public Task Start_NoDataDirectory_IsRefused() => AssertRefusedAsync("Set Auth:DataDirectory", ("Auth__DataDirectory", ""));

    [Fact]
    public Task Start_EmailAsPassword_IsRefused() => AssertRefusedAsync(
        "Auth:Administrator:Password repeats the e-mail address",
        ("Auth__Administrator__Email", AuthHost.Email),
        ("Auth__Administrator__Password", AuthHost.Email));

    [Theory]
    [InlineData("http://unix:/run/auth.sock")]
    [InlineData("http://127.0.0.1:5080,http://127.0.0.1:5081")]
    [InlineData("http://pipe:/auth")]
    [InlineData("http://no-such-host:5080")]
    public Task Start_AddressThatCannotBeListenedOn_IsRefused(string url) => AssertRefusedAsync(url, ("ASPNETCORE_URLS", url));

    [Fact]
    public Task Start_HttpsWithoutCertificate_IsRefused() => AssertRefusedAsync(
        "HTTPS",
        ("ASPNETCORE_URLS", "https://127.0.0.1:0"),
        ("Auth__Administrator__Email", AuthHost.Email),
        ("Auth__Administrator__Password", AuthHost.Password));

    [Theory]
    [InlineData("Auth__LoginTrys", "5", "did you mean Auth:LoginTries?")]
    [InlineData("Auth__LoginTries", "many", "'Auth:LoginTries'")]
    [InlineData("Auth__LoginTries", "0", "Auth:LoginTries must be between")]
    [InlineData("Auth__LoginWindow", "soon", "'Auth:LoginWindow'")]
    [InlineData("Listener__MaxConnections", "0", "Listener:MaxConnections must be between")]
    [InlineData("AccessTokens__ClockSkew", "00:01:00", "AccessTokens:ClockSkew must be between")]
    public Task Start_OptionThatIsNone_IsNamed(string name, string value, string said) => AssertRefusedAsync(
        said, (name, value), ("Auth__Administrator__Email", AuthHost.Email), ("Auth__Administrator__Password", AuthHost.Password));

    /// <summary>One environment is often that of all services, and of more than one way to run them.</summary>
    [Fact]
    public Task Start_OptionsOfOtherServicesAndEnvironments_AreNone() => AssertRefusedAsync(
        "address already in use",
        ("Storage__Wal__LimitBytes", "536870912"),
        ("Cluster__ReplicationFactor", "3"),
        ("Auth__Administrator__Email", AuthHost.Email),
        ("Auth__Administrator__Password", "short"),
        ("DOTNET_ENVIRONMENT", "Development"),
        ("ASPNETCORE_URLS", $"http://{_taken.LocalEndpoint}"));

    [Fact]
    public async Task Start_DirectoryOfARunningService_IsRefused()
    {
        using var running = AuthHost.Production(_directory);
        await running.TokenAsync();

        await AssertRefusedAsync("is in use by another auth service", ("DOTNET_ENVIRONMENT", "Development"));
    }

    [Fact]
    public Task Start_FileSystemWithoutLocks_IsRefused() => AssertRefusedAsync(
        "file system without locks", ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"), ("DOTNET_ENVIRONMENT", "Development"));

    [Fact]
    public async Task Start_AccountsOpenToOthers_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _directory.File(AccountStore.FileName);
        await File.WriteAllTextAsync(path, "");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        await AssertRefusedAsync("chmod 600");
    }

    [Fact]
    public async Task Start_PortInUse_IsRefused()
    {
        await AssertRefusedAsync(
            "address already in use",
            ("ASPNETCORE_URLS", $"http://{_taken.LocalEndpoint}"),
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
