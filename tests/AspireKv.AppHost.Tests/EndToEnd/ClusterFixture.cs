using System.Globalization;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>One application of three nodes, run by Aspire's own testing host, for all tests that do not end it.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private const string AnyPort = "http://localhost:0";
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-cluster-").FullName;

    internal static readonly string[] Nodes = ["node1", "node2", "node3"];

    internal DistributedApplication App { get; private set; } = null!;

    /// <summary>What the services export to, where else the dashboard is.</summary>
    internal OtlpReceiver Telemetry { get; private set; } = null!;

    internal ResourceNotificationService Notifications => App.Services.GetRequiredService<ResourceNotificationService>();

    public async Task InitializeAsync()
    {
        var first = FreePorts.Row(8);
        var telemetry = first + 7;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AspireKv_AppHost>(
        [
            "--environment", "Development", "--DcpPublisher:RandomizePorts", "false",
            "--nodes", "3", "--data-root", _directory, "--gateway-port", Number(first),
            "--first-node-port", Number(first + 1), "--first-peer-port", Number(first + 4),
            // There is no dashboard here; these would be the ports of the launch profile, which may be in use.
            "--ASPNETCORE_URLS", AnyPort,
            "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", AnyPort,
            "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:" + Number(telemetry),
        ]);
        // The AppHost has seen by now that the port is free.
        Telemetry = await OtlpReceiver.StartAsync(telemetry);
        App = await builder.BuildAsync();
        await Eventually.CompletesAsync(App.StartAsync(), "the application starts", within: Eventually.ForProcesses);
        await Task.WhenAll(Nodes.Append("auth").Append("gateway").Append("storage").Select(HealthyAsync));
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Telemetry.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal Task HealthyAsync(string resource) =>
        Eventually.CompletesAsync(
            Notifications.WaitForResourceHealthyAsync(resource), $"{resource} is healthy", within: Eventually.ForProcesses);

    internal Task StateAsync(string resource, Func<CustomResourceSnapshot, bool> condition, string what) =>
        Eventually.CompletesAsync(
            Notifications.WaitForResourceAsync(resource, current => condition(current.Snapshot)),
            $"{resource} is {what}",
            within: Eventually.ForProcesses);

    internal Task<ExecuteCommandResult> ExecuteAsync(string resource, string command) =>
        Eventually.CompletesAsync(
            App.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, command),
            $"{command} of {resource} ends",
            within: Eventually.ForProcesses);

    internal CustomResourceSnapshot Snapshot(string resource)
    {
        Assert.True(Notifications.TryGetCurrentState(resource, out var current));
        return current.Snapshot;
    }

    internal string[] Enabled(string resource) =>
    [
        .. Snapshot(resource).Commands
            .Where(static command => command.State == ResourceCommandState.Enabled)
            .Select(static command => command.Name),
    ];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
