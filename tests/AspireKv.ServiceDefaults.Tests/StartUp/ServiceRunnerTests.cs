using System.Net;
using System.Net.Sockets;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "TIMEOUT is 'abc'", "--OTEL_EXPORTER_OTLP_TIMEOUT=abc")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "TIMEOUT is '0'", "--OTEL_EXPORTER_OTLP_TIMEOUT=0")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "PROTOCOL is 'carrier'", "--OTEL_EXPORTER_OTLP_PROTOCOL=carrier")]
    [InlineData("--Telemetry:TraceRatio=half", "Telemetry:TraceRatio")]
    [InlineData("--Logging:LogLevel:Default=Loud", "Logging:LogLevel: Configuration value 'Loud'")]
    [InlineData("--urls=http://192.0.2.1:80", "192.0.2.1:80 (urls, ASPNETCORE_URLS)")]
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
        () => Program.RunAsync([], _ => Task.FromException(new InvalidOperationException("broken inside"))));

    /// <summary>A stop cancels a start, wherever that is; what has started before ends in its order.</summary>
    [Fact]
    public async Task Run_StoppedWhileItStarts_EndsWell()
    {
        var stops = new StopsTheStart();

        Assert.Equal(0, await Program.RunAsync([], _ =>
        {
            var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
            builder.AddServiceDefaults();
            builder.Services.AddHostedService(provider =>
            {
                stops.Lifetime = provider.GetRequiredService<IHostApplicationLifetime>();
                return stops;
            });
            return builder.Build();
        }));

        Assert.True(stops.IsStopped);
    }

    /// <summary>A start that is cancelled by something else is a fault of ours.</summary>
    [Fact]
    public async Task Run_StartIsCancelledByItself_IsThrown() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Program.RunAsync([], _ =>
        {
            var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
            builder.Services.AddHostedService(static _ => new StopsTheStart());
            return builder.Build();
        }));

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
            Assert.Equal(1, await Program.RunAsync([], _ => build()));
        }
        finally
        {
            Console.SetError(before);
        }

        var line = Assert.Single(errors.ToString().TrimEnd().Split('\n'));
        Assert.StartsWith("The service cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }

    /// <summary>Stops the host, where it knows one, and is cancelled like whatever waits in a start.</summary>
    private sealed class StopsTheStart : IHostedService
    {
        public IHostApplicationLifetime? Lifetime { get; set; }

        public bool IsStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Lifetime?.StopApplication();
            return Task.FromCanceled(Lifetime is null ? new CancellationToken(canceled: true) : cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }
}
