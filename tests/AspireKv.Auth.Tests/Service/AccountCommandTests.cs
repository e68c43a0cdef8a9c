using System.Diagnostics;
using System.Net;
using AspireKv.Auth.Tests.Support;

namespace AspireKv.Auth.Tests.Service;

/// <summary>The commands of an operator, as processes beside a service that runs.</summary>
public sealed class AccountCommandTests : IDisposable
{
    private const string Other = "other@example.com";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ScratchDirectory _directory = new();
    private readonly AuthHost _host;

    public AccountCommandTests() => _host = AuthHost.Production(_directory);

    public void Dispose()
    {
        _host.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task SetPassword_OfARunningService_MakesChangesAndRemoves()
    {
        await _host.TokenAsync();

        Assert.Equal((0, $"Made the account {Other}.", ""), await RunAsync("first of its passwords", "set-password", Other));
        await _host.TokenAsync(Other, "first of its passwords");
        Assert.Equal(
            (0, $"Changed the password of {Other}.", ""), await RunAsync("second of its passwords", "set-password", "Other@Example.com"));
        await _host.TokenAsync(Other, "second of its passwords");
        await AssertRefusedAsync("first of its passwords");

        Assert.Equal((0, $"Removed the account {Other}.", ""), await RunAsync("", "remove-account", Other));
        await AssertRefusedAsync("second of its passwords");
        await _host.TokenAsync();
    }

    [Theory]
    [InlineData("password", "too common", "set-password", Other)]
    [InlineData("short", "8 to 128", "set-password", Other)]
    [InlineData("", "8 to 128", "set-password", Other)]
    [InlineData(Other, "repeats the e-mail", "set-password", Other)]
    [InlineData("a fair password", "'nobody' is not an e-mail address", "set-password", "nobody")]
    [InlineData("a fair password", "'set-password' is used as 'set-password E-MAIL'", "set-password")]
    [InlineData("a fair password", "'more' is no argument", "set-password", Other, "more")]
    [InlineData("", "there is no account other@example.com", "remove-account", Other)]
    public async Task Command_ThatCannotBe_SaysWhyInOneLine(string input, string said, params string[] args)
    {
        var (exitCode, _, errors) = await RunAsync(input, args);

        Assert.Equal(1, exitCode);
        Assert.Contains(said, Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_IsPrintedWithoutAnyConfiguration()
    {
        var (exitCode, output, errors) = await RunAsync("", "--help");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("set-password E-MAIL", output, StringComparison.Ordinal);
        Assert.Contains("Auth:DataDirectory", output, StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(string password)
    {
        using var refused = await _host.LogInAsync(Other, password);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string input, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.Path,
        };
        start.Environment["Auth__DataDirectory"] = _directory.Path;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output.Trim(), (await errors).Trim());
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
