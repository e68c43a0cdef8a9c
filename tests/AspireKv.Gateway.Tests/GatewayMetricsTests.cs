using System.Text.RegularExpressions;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests;

/// <summary>OpenTelemetry gathers from every meter of a name in the process, so no other gateway may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = nameof(AloneInTheProcess);
}

[Collection(AloneInTheProcess.Name)]
public sealed class GatewayMetricsTests
{
    [Fact]
    public async Task Metrics_AfterOperations_CountOperationsAndErrors()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Client.PutAsync("/v1/kv/ns/k", new ByteArrayContent([1]));
        await gateway.Client.GetAsync("/v1/kv/ns/k");
        await gateway.Client.GetAsync("/v1/kv/ns/other");
        // An operation is counted when its answer is on its way already.
        string[] expected =
        [
            """aspirekv_gateway_operations_total\{[^}]*kind="put",outcome="applied"[^}]*\} 1""",
            """aspirekv_gateway_operations_total\{[^}]*kind="get",outcome="not_found"[^}]*\} 1""",
            """aspirekv_gateway_errors_total\{[^}]*code="key_not_found"[^}]*\} 1""",
            """aspirekv_gateway_operation_duration_seconds_count\{[^}]*kind="get"[^}]*\} 2""",
            """aspirekv_gateway_bodies_size_bytes(\{[^}]*\})? 0""",
            """aspirekv_gateway_nodes_live(\{[^}]*\})? 3""",
            """route_hit_total\{[^}]*route="/v1/kv/\{namespace\}/\{key\}"[^}]*\} 3""",
        ];
        foreach (var pattern in expected)
        {
            await Eventually.TrueAsync(
                async () => Regex.IsMatch(await gateway.Client.GetStringAsync("/metrics"), pattern), $"the metrics match {pattern}");
        }
    }
}
