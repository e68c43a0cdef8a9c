using System.Text.RegularExpressions;

namespace AspireKv.ServiceDefaults.Tests;

/// <summary>OpenTelemetry gathers from every meter of a name in the process, so no other service may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = nameof(AloneInTheProcess);
}

[Collection(AloneInTheProcess.Name)]
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterRequests_HaveThePromisedNamesAndOnlyRoutesAsTags()
    {
        await using var host = await DefaultsHost.StartAsync();
        await host.Http.GetAsync("/v1/kv/default/a-secret-key");
        await host.Http.GetAsync("/v1/kv/default/another-key");
        await host.Http.GetAsync("/boom");
        await host.Http.GetAsync("/no-such-place");

        var text = await host.Http.GetStringAsync("/metrics");

        Assert.Matches("""(?m)^route_hit_total\{[^}]*route="/v1/kv/\{namespace\}/\{\*\*key\}"\} 2\b""", text);
        Assert.Matches("""(?m)^request_duration_seconds_count\{[^}]*route="/v1/kv/\{namespace\}/\{\*\*key\}"\} 2\b""", text);
        Assert.Matches("""(?m)^request_duration_seconds_bucket\{[^}]*le="0.001"\} \d""", text);
        Assert.Matches("""(?m)^error_count_total\{[^}]*route="/boom"\} 1\b""", text);
        Assert.Matches("""(?m)^error_count_total\{[^}]*route="unmatched"\} 1\b""", text);
        Assert.Matches("""(?m)^memory_usage_bytes\{[^}]*\} [1-9]""", text);
        Assert.DoesNotMatch("""(?m)^error_count_total\{[^}]*route="/v1/""", text);
        Assert.DoesNotContain("secret-key", text, StringComparison.Ordinal);
    }

    /// <summary>The rules of <c>promtool check metrics</c> that names can break.</summary>
    [Fact]
    public async Task Metrics_Names_FollowPrometheusConventions()
    {
        await using var host = await DefaultsHost.StartAsync();
        await host.Http.GetAsync("/v1/kv/default/key");

        var text = await host.Http.GetStringAsync("/metrics");

        var types = TypeLine().Matches(text).ToDictionary(
            static line => line.Groups["name"].Value, static line => line.Groups["type"].Value);
        Assert.NotEmpty(types);
        Assert.All(types, static metric =>
        {
            Assert.Matches("^[a-z_:][a-z0-9_:]*$", metric.Key);
            Assert.Equal(metric.Value == "counter", metric.Key.EndsWith("_total", StringComparison.Ordinal));
            Assert.DoesNotMatch("(_count|_sum|_bucket|_milliseconds|_ms)$", metric.Key);
        });
        Assert.All(types.Keys, name => Assert.Contains($"# HELP {name} ", text, StringComparison.Ordinal));
    }

    [GeneratedRegex("""(?m)^# TYPE (?<name>\S+) (?<type>\S+)""")]
    private static partial Regex TypeLine();
}
