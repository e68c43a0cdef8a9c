using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace AspireKv.LocalHost.Dashboard;

/// <summary>Our snapshots in the dashboard's messages.</summary>
internal static class WireMapping
{
    public static WatchResourcesUpdate Initial(IReadOnlyList<ResourceSnapshot> snapshots)
    {
        var initial = new InitialResources();
        initial.Resources.AddRange(snapshots.Select(ToResource));
        initial.ResourceTypes.AddRange(snapshots.Select(static snapshot => snapshot.Type).Distinct()
            .Select(static type => new ResourceType { UniqueName = type, DisplayName = type }));
        return new() { InitialData = initial };
    }

    public static WatchResourcesUpdate Changes(IReadOnlyList<ResourceSnapshot> snapshots)
    {
        var changes = new ResourceChanges();
        changes.Value.AddRange(snapshots.Select(static snapshot => new ResourceChange { Upsert = ToResource(snapshot) }));
        return new() { Changes = changes };
    }

    public static WatchResourceConsoleLogsUpdate Lines(IReadOnlyList<ConsoleLog.Line> lines)
    {
        var update = new WatchResourceConsoleLogsUpdate();
        update.LogLines.AddRange(lines.Select(static line => new ConsoleLogLine
        {
            LineNumber = line.Number,
            Text = line.Text,
            IsStdErr = line.IsError,
        }));
        return update;
    }

    private static Resource ToResource(ResourceSnapshot snapshot)
    {
        var resource = new Resource
        {
            Name = snapshot.Name,
            DisplayName = snapshot.DisplayName,
            ResourceType = snapshot.Type,
            Uid = snapshot.Name,
            State = snapshot.State,
            CreatedAt = snapshot.CreatedAt.ToTimestamp(),
            StartedAt = snapshot.StartedAt?.ToTimestamp(),
            StoppedAt = snapshot.StoppedAt?.ToTimestamp(),
            SupportsDetailedTelemetry = snapshot.HasCommands,
        };
        resource.Environment.AddRange(snapshot.Environment.Select(
            static entry => new EnvironmentVariable { Name = entry.Key, Value = entry.Value, IsFromSpec = true }));
        resource.Urls.AddRange(snapshot.Urls.Select((url, index) => ToUrl(snapshot, url, index)));
        resource.HealthReports.AddRange(snapshot.Health.Select(ToReport));
        resource.Properties.AddRange(Properties(snapshot));
        resource.Relationships.AddRange(snapshot.Relationships.Select(
            static link => new ResourceRelationship { ResourceName = link.TargetDisplayName, Type = link.Type }));
        if (snapshot.HasCommands)
        {
            resource.Commands.AddRange(ResourceCommands.All.Select(command => ToCommand(command, snapshot.State)));
        }

        return resource;
    }

    private static Url ToUrl(ResourceSnapshot snapshot, ResourceSnapshot.ResourceUrl url, int index) => new()
    {
        EndpointName = url.EndpointName,
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = snapshot.State != ResourceStates.Running,
        DisplayProperties = new UrlDisplayProperties { SortOrder = -index, DisplayName = "" },
    };

    private static HealthReport ToReport(ResourceSnapshot.HealthState check)
    {
        var report = new HealthReport { Key = check.Name, Description = check.Description };
        if (check.IsHealthy is { } healthy)
        {
            report.Status = healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        }

        return report;
    }

    private static IEnumerable<ResourceProperty> Properties(ResourceSnapshot snapshot)
    {
        var order = 0;
        foreach (var detail in snapshot.Details)
        {
            yield return Property(detail.Name, detail.Label, Value.ForString(detail.Value), order++, detail.IsSensitive);
        }

        if (snapshot.ProcessId is { } processId)
        {
            yield return Property(
                "executable.pid", "Process ID", Value.ForString(processId.ToString(CultureInfo.InvariantCulture)), order++, isSensitive: false);
        }

        if (snapshot.ExitCode is { } exitCode)
        {
            yield return Property("resource.exitCode", "Exit code", Value.ForNumber(exitCode), order, isSensitive: false);
        }
    }

    private static ResourceProperty Property(string name, string label, Value value, int order, bool isSensitive) => new()
    {
        Name = name,
        DisplayName = label,
        Value = value,
        SortOrder = order,
        IsSensitive = isSensitive,
        IsHighlighted = true,
    };

    private static ResourceCommand ToCommand(ResourceCommands.Command command, string state) => new()
    {
        Name = command.Name,
        DisplayName = command.Label,
        DisplayDescription = command.Description,
        IconName = command.Icon,
        IconVariant = IconVariant.Filled,
        IsHighlighted = command.Name != "restart" || command.IsOffered(state),
        State = command.IsOffered(state) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
    };
}
