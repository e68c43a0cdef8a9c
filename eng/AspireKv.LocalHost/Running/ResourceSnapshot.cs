namespace AspireKv.LocalHost;

/// <summary>Everything that the dashboard shows of one resource at one moment.</summary>
internal sealed record ResourceSnapshot(string Name, string DisplayName, string Type, DateTimeOffset CreatedAt)
{
    public string State { get; init; } = ResourceStates.NotStarted;

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public int? ProcessId { get; init; }

    public int? ExitCode { get; init; }

    public IReadOnlyList<ResourceUrl> Urls { get; init; } = [];

    public IReadOnlyList<HealthState> Health { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public IReadOnlyList<ResourceDetail> Details { get; init; } = [];

    public IReadOnlyList<Relationship> Relationships { get; init; } = [];

    public bool HasCommands { get; init; }

    public bool IsHealthy => State == ResourceStates.Running && Health.All(static check => check.IsHealthy == true);

    /// <summary><c>IsHealthy</c>: null until the first answer.</summary>
    internal sealed record HealthState(string Name, bool? IsHealthy, string Description);

    internal sealed record ResourceUrl(string EndpointName, string Url, bool IsInternal);

    internal sealed record ResourceDetail(string Name, string Label, string Value, bool IsSensitive = false);

    internal sealed record Relationship(string TargetDisplayName, string Type);
}
