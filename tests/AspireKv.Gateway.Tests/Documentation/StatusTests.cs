using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;
using Microsoft.OpenApi;

namespace AspireKv.Gateway.Tests.Documentation;

/// <summary>
/// Each operation of the document is asked in every way that is answered otherwise: the statuses that come are those that the document
/// names, no more and no fewer.
/// </summary>
public sealed class StatusTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Keys = "/v1/kv/{namespace}/{key}";
    private const string ProgressPath = "/v1/admin/plan";
    private const string Tag = "\"7.2.999\"";

    /// <summary>A client that is too slow and a gateway that fails are shown by tests of their own.</summary>
    private static readonly string[] NotProvoked = ["408", "500"];

    private static readonly NotAppliedReason[] Reasons =
        [.. Enum.GetValues<NotAppliedReason>().Where(reason => reason != NotAppliedReason.None)];

    [Fact]
    public async Task OpenApi_OfEachOperation_NamesTheStatusesThatComeAndNoOthers()
    {
        await using var keyless = await TestGateway.StartWithoutKeysAsync();
        await using var limited = await TestGateway.StartAsync(settings: new() { ["Gateway:RequestsPerSecondPerAddress"] = "1" });
        var gateway = fixture.Fresh();
        var document = OpenApiDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"), "json").Document!;
        var faults = new List<string>();
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations!)
            {
                var probe = new Probe(gateway, keyless, limited, method.Method, path);
                await probe.RunAsync();
                var named = operation.Responses!.Keys.Except(NotProvoked).Order().ToArray();
                if (!named.SequenceEqual(probe.Seen))
                {
                    faults.Add($"{method} {path}: documented {string.Join(' ', named)}, seen {string.Join(' ', probe.Seen)}");
                }

                var isRead = operation.RequestBody is not null;
                Assert.True(isRead == operation.Responses.ContainsKey("408"), $"{method} {path}: 408 belongs to whatever reads a body");
                Assert.True(
                    operation.Security is { Count: 0 } && path != "/login" || operation.Responses.ContainsKey("500"),
                    $"{method} {path}: 500 is missing");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Asks one operation in many ways, and notes the statuses.</summary>
    private sealed class Probe(TestGateway gateway, TestGateway keyless, TestGateway limited, string method, string path)
    {
        private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);
        private readonly string _target = path == Keys ? "/v1/kv/default/k"
            : path.Replace("{node}", "4", StringComparison.Ordinal).Replace("{id}", "7-a", StringComparison.Ordinal);

        public string[] Seen => [.. _seen];

        private bool IsData => path == Keys || path.EndsWith("-value", StringComparison.Ordinal);

        private bool IsRead => method is "GET" or "HEAD" || path == "/get-value";

        public async Task RunAsync()
        {
            await AskFormsAsync();
            await AskAsync();
            await AskAsync("Authorization: Bearer x\r\n");
            await AskAsync("Accept: text/html\r\n");
            await AskAsync(of: keyless);
            await AskTooOftenAsync();
            if (path == "/login")
            {
                await AskAsync(body: "malformed");
                await AskAsync(body: "refused");
                await AskAsync(body: "too-many");
                await AskAsync(body: new string('x', 17 * 1024));
                await AskAsync(of: keyless);
            }

            if (path.StartsWith("/health", StringComparison.Ordinal))
            {
                await using var unfounded = await TestGateway.StartAsync(isFounded: false);
                await AskAsync(of: unfounded);
            }

            if (IsData)
            {
                await AskForDataAsync();
            }

            if (path == ProgressPath && method is "GET" or "HEAD")
            {
                await using var pending = await TestGateway.StartAsync();
                await pending.LearnAsync(Topologies.Pending(pending.Founding));
                await AskAsync(of: pending);
            }
            else if (path.StartsWith("/v1/admin/", StringComparison.Ordinal) && method is not ("GET" or "HEAD"))
            {
                await AskForTopologyAsync();
            }
        }

        private async Task AskForTopologyAsync()
        {
            await AskAsync("If-Match: 8\r\n");
            await AskAsync(body: "{");
            await AskAsync(body: new string('x', 5 * 1024 * 1024));
            OrderOutcome[] ends = [OrderOutcome.Done, OrderOutcome.Nothing, OrderOutcome.Unavailable, OrderOutcome.Unknown];
            var results = ends.Select(end => new OrderResult(end, 2, 1, null))
                .Concat(Refusals.Codes.Select(code => new OrderResult(OrderOutcome.Refused, 2, 1, new(code, "Not so."))));
            foreach (var result in results)
            {
                foreach (var node in gateway.Nodes)
                {
                    node.Ordering = _ => result;
                    node.Planning = _ => new PlanOutcome(result.Refusal is null ? Topologies.EmptyPlan : null, result.Refusal);
                }

                await AskAsync("If-Match: \"8\"\r\n", """{"name":"node4","wishes":[{"op":"order"}]}""");
            }

            foreach (var node in gateway.Nodes)
            {
                node.Reset();
            }
        }

        private async Task AskFormsAsync()
        {
            await AskAsync("Transfer-Encoding: gzip, chunked\r\n", body: null);
            await AskAsync("Content-Encoding: gzip\r\n");
            await AskAsync("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", body: null);
        }

        /// <summary>Asked one after the other, on a machine that is busy, some may come in the second after.</summary>
        private async Task AskTooOftenAsync()
        {
            _seen.Remove("429");
            for (var i = 0; i < 100 && !_seen.Contains("429"); i++)
            {
                await AskAsync(of: limited);
            }
        }

        private async Task AskForDataAsync()
        {
            gateway.Store.Clear();
            await AskAsync();
            await AskAsync("If-None-Match: *\r\n");
            gateway.Store.Clear();
            await AskAsync("If-None-Match: *\r\n");
            await AskAsync($"If-Match: {Tag}\r\n");
            await gateway.Client.PutAsync("/v1/kv/default/k", new StringContent("text"));
            await AskAsync();
            await AskAsync($"If-Match: {Tag}\r\n");
            await AskAsync("If-None-Match: *\r\n");
            await AskAsync(body: """{"key":"k","value":"v","revision":"7.2.999"}""");
            await AskAsync(body: "{");
            await AskAsync(body: new string('x', 8 * 1024 * 1024));
            await gateway.Client.PutAsync("/v1/kv/default/k", new ByteArrayContent([0xFF]));
            await AskAsync();
            foreach (var reason in Reasons.Where(MayBe))
            {
                await AskWithAsync(OperationResult.NotApplied(reason));
            }

            await AskWithAsync(OperationResult.Unknown);
        }

        /// <summary>A read needs no room, and a delete carries no value that could be too long.</summary>
        private bool MayBe(NotAppliedReason reason) => reason switch
        {
            NotAppliedReason.StorageFull => !IsRead,
            NotAppliedReason.ValueTooLarge => !IsRead && method != "DELETE",
            _ => true,
        };

        private async Task AskWithAsync(OperationResult result)
        {
            foreach (var node in gateway.Nodes)
            {
                node.Behaviour = _ => new OperationReply(Delivery.Answered, result);
            }

            await AskAsync();
            foreach (var node in gateway.Nodes)
            {
                node.Behaviour = null;
            }
        }

        private async Task AskAsync(
            string headers = "", string? body = """{"key":"k","value":"v","email":"user@example.com"}""", TestGateway? of = null)
        {
            var target = of ?? gateway;
            using var connection = target.Connect();
            var isAnonymous = headers.Contains("Authorization", StringComparison.Ordinal);
            var authorization = isAnonymous ? "" : $"Authorization: Bearer {target.Token}\r\n";
            var sent = method is "GET" or "HEAD" or "DELETE" || body is null ? null : System.Text.Encoding.ASCII.GetBytes(body);
            var answer = await connection.RequestAsync(method, _target, authorization + headers, sent);
            _seen.Add($"{answer.Status}");
        }
    }
}
