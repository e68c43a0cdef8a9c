using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Tests.EndToEnd;

/// <summary>The application, run by Aspire's own testing host.</summary>
internal sealed class HostedCluster : IAsyncDisposable
{
    private const string AnyPort = "http://localhost:0";

    private HostedCluster(DistributedApplication app, OtlpReceiver telemetry) => (App, Telemetry) = (app, telemetry);

    public DistributedApplication App { get; }

    /// <summary>What the services export to, where else the dashboard is.</summary>
    public OtlpReceiver Telemetry { get; }

    private ResourceNotificationService Notifications => App.Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Starts it, and waits until all is healthy that starts by itself.</summary>
    /// <param name="dataRoot">Where the cluster's data lie.</param>
    /// <param name="expected">The nodes that start by themselves, by name.</param>
    /// <param name="options">More options of the AppHost.</param>
    /// <param name="partitions">Into how many partitions the cluster is cut; null for as many as usual.</param>
    public static async Task<HostedCluster> StartAsync(
        string dataRoot, string[] expected, string[] options, int? partitions = null)
    {
        // The gateway, telemetry, and two for each of five nodes.
        var first = FreePorts.Row(12);
        var telemetry = first + 11;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AspireKv_AppHost>(
        [
            "--environment", "Development", "--DcpPublisher:RandomizePorts", "false",
            "--data-root", dataRoot, "--gateway-port", Number(first),
            "--first-node-port", Number(first + 1), "--first-peer-port", Number(first + 6),
            // There is no dashboard here; these would be the ports of the launch profile, which may be in use.
            "--ASPNETCORE_URLS", AnyPort,
            "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", AnyPort,
            "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:" + Number(telemetry),
            .. options,
        ]);
        if (partitions is { } count)
        {
            foreach (var node in builder.Resources.OfType<ProjectResource>().Where(static project => IsNode(project.Name)))
            {
                builder.CreateResourceBuilder(node).WithEnvironment("Cluster__Partitions", Number(count));
            }
        }

        // The AppHost has seen by now that the port is free.
        var cluster = new HostedCluster(await builder.BuildAsync(), await OtlpReceiver.StartAsync(telemetry));
        await Eventually.CompletesAsync(cluster.App.StartAsync(), "the application starts", within: Eventually.ForProcesses);
        await Task.WhenAll(expected.Append("auth").Append("gateway").Append("storage").Select(cluster.HealthyAsync));
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Telemetry.DisposeAsync();
    }

    public Task HealthyAsync(string resource) =>
        Eventually.CompletesAsync(
            Notifications.WaitForResourceHealthyAsync(resource), $"{resource} is healthy", within: Eventually.ForProcesses);

    public Task StateAsync(string resource, Func<CustomResourceSnapshot, bool> condition, string what) =>
        Eventually.CompletesAsync(
            Notifications.WaitForResourceAsync(resource, current => condition(current.Snapshot)),
            $"{resource} is {what}",
            within: Eventually.ForProcesses);

    public Task<ExecuteCommandResult> ExecuteAsync(string resource, string command) =>
        Eventually.CompletesAsync(
            App.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, command),
            $"{command} of {resource} ends",
            within: Eventually.ForProcesses);

    public CustomResourceSnapshot Snapshot(string resource)
    {
        Assert.True(Notifications.TryGetCurrentState(resource, out var current));
        return current.Snapshot;
    }

    public string[] Enabled(string resource) =>
    [
        .. Snapshot(resource).Commands
            .Where(static command => command.State == ResourceCommandState.Enabled)
            .Select(static command => command.Name),
    ];

    /// <summary>Of how many partitions of keys each member is a replica, by number; those alone that the topology names.</summary>
    public async Task<Dictionary<int, int>> CountHeldAsync()
    {
        using var http = App.CreateHttpClient("gateway", "http");
        await http.LogInAsync("test@example.org");
        var topology = await http.GetFromJsonAsync<JsonElement>("/v1/admin/topology");
        var held = topology.GetProperty("members").EnumerateArray()
            .ToDictionary(static member => member.GetProperty("id").GetInt32(), static _ => 0);
        foreach (var replica in topology.GetProperty("partitions").EnumerateArray()
            .SelectMany(static partition => partition.GetProperty("replicas").EnumerateArray()))
        {
            held[replica.GetInt32()]++;
        }

        return held;
    }

    /// <summary>Waits until no plan is pending and the members hold what is said.</summary>
    public async Task HoldsAsync(string what, Func<Dictionary<int, int>, bool> condition)
    {
        var held = new Dictionary<int, int>();
        await Eventually.TrueAsync(
            async () => condition(held = await CountHeldAsync()) && !await IsPlanPendingAsync(),
            what,
            () => string.Join(", ", held.Select(static member => $"node{member.Key} holds {member.Value}")),
            Eventually.ForProcesses);
    }

    private async Task<bool> IsPlanPendingAsync()
    {
        using var http = App.CreateHttpClient("gateway", "http");
        await http.LogInAsync("test@example.org");
        using var answer = await http.GetAsync("/v1/admin/plan");
        return answer.StatusCode != System.Net.HttpStatusCode.NoContent;
    }

    private static bool IsNode(string name) => name.StartsWith("node", StringComparison.Ordinal);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
