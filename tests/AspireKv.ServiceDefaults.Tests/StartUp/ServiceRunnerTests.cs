using System.Net;
using System.Net.Sockets;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Builder;

namespace AspireKv.ServiceDefaults.Tests.StartUp;

/// <summary>What an operator can mend is one line that names it; the standard error stream belongs to the test meanwhile.</summary>
[Collection(nameof(Console))]
public sealed class ServiceRunnerTests
{
    private static readonly ServiceProgram Program = new("service", typeof(ServiceProgram).Assembly);

    [Fact]
    public Task Run_RefusedStart_IsTheRefusal() =>
        AssertRefusedAsync(() => throw new StartUpException("there is\nno account"), "there is no account");

    [Theory]
    [InlineData("--Telemetry:TraceRatio=1.5", "cannot start: Telemetry:TraceRatio must be between 0 and 1")]
    [InlineData("--urls=https://127.0.0.1:0", "HTTPS", "--environment=Production")]
    [InlineData("--urls=https://127.0.0.1:0", "no-such.pfx", "--Kestrel:Certificates:Default:Path=no-such.pfx")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=ftp://x", "OTEL_EXPORTER_OTLP_ENDPOINT is 'ftp://x'")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=http://", "OTEL_EXPORTER_OTLP_ENDPOINT is 'http://'")]
    [InlineData("--Telemetry:TraceRatio=half", "Telemetry:TraceRatio")]
    [InlineData("--Logging:LogLevel:Default=Loud", "Logging:LogLevel: Configuration value 'Loud'")]
    [InlineData("--urls=nowhere", "Invalid url: 'nowhere'")]
    public Task Run_BadSetting_IsNamed(string argument, string said, params string[] more) =>
        AssertRefusedAsync(() => Build([argument, .. more]), said);

    [Fact]
    public async Task Run_PortInUse_IsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await AssertRefusedAsync(() => Build($"--urls=http://{taken.LocalEndpoint}"), $"{taken.LocalEndpoint}");
    }

    [Fact]
    public async Task Run_SettingsFileIsBroken_IsNamed()
    {
        var directory = Directory.CreateTempSubdirectory("aspirekv-start-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), "{");

            await AssertRefusedAsync(() => Build($"--contentRoot={directory.FullName}"), "appsettings.json");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Run_FaultOfOurs_IsThrown() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => Program.RunAsync([], () => Task.FromException(new InvalidOperationException("broken inside"))));

    private static WebApplication Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder([.. args]);
        builder.AddServiceDefaults();
        return builder.Build();
    }

    private static async Task AssertRefusedAsync(Func<WebApplication> build, string said)
    {
        var before = Console.Error;
        using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            Assert.Equal(1, await Program.RunAsync([], build));
        }
        finally
        {
            Console.SetError(before);
        }

        var line = Assert.Single(errors.ToString().TrimEnd().Split('\n'));
        Assert.StartsWith("The service cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }
}
