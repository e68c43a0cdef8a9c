using System.Globalization;
using System.Text.Json;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.Transport.Contracts;

namespace AspireKv.Gateway.Tests.Administration;

/// <summary>The routes that change the topology: what reaches a node, and what its operator is told.</summary>
public sealed class OrderTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly string[] Kinds = ["announce", "forget", "commit", "cancel"];

    public static TheoryData<string, string> KindsAndCodes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in Kinds)
            {
                foreach (var code in Refusals.Codes)
                {
                    data.Add(kind, code);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> EveryKind => [.. Kinds];

    [Theory]
    [InlineData("announce", "announce 6 as node6")]
    [InlineData("forget", "forget 6")]
    [InlineData("commit", "commit 7-a1b2: add 4, order")]
    [InlineData("cancel", "cancel 8")]
    public async Task Order_ReachesOneNodeAsItWasMeant(string kind, string expected)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Done, Version: 31, Generation: 8, Refusal: null));

        using var answer = await SendAsync(gateway, kind);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"version":31,"generation":8}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("31.8", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.True(answer.Headers.CacheControl is { NoStore: true }, "the end of an order may be kept");
        Assert.False(answer.Headers.Contains("AspireKv-Outcome"), "an order changes no data");
        Assert.Equal(expected, Assert.Single(gateway.Nodes.SelectMany(node => node.Orders)).ToString());
        Assert.Single(gateway.Nodes[0].Orders);
    }

    [Theory]
    [InlineData("announce", 200)]
    [InlineData("forget", 200)]
    [InlineData("commit", 200)]
    [InlineData("cancel", 204)]
    public async Task Order_ThatIsFulfilledAlready_IsAnsweredAsTheFirstTime(string kind, int status)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Nothing, Version: 31, Generation: 8, Refusal: null));
        using var answer = await SendAsync(gateway, kind);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? """{"version":31,"generation":8}""" : "", await answer.Content.ReadAsStringAsync());
        Assert.Equal("31.8", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
    }

    [Theory]
    [MemberData(nameof(KindsAndCodes))]
    public async Task Order_Refused_SaysWhyInTheClustersWords(string kind, string code)
    {
        var gateway = fixture.Fresh();
        var refusal = new TopologyRefusal(code, "It is so.");
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Refused, Version: 31, Generation: 8, refusal));
        using var answer = await SendAsync(gateway, kind);
        await Problem.AssertAsync(answer, PlanTests.StatusOf(code), code, outcome: null);
        Assert.Contains("\"detail\":\"It is so.\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("31.8", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
        Assert.Null(answer.Headers.RetryAfter);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Order_NoQuorumOfTheSystemPartition_MayBeTriedAgain(string kind)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Unavailable, Version: 0, Generation: 0, Refusal: null));
        using var answer = await SendAsync(gateway, kind);
        await Problem.AssertAsync(answer, 503, "system_unavailable", outcome: null);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);

        // Nothing newer was told than what this gateway knows.
        Assert.Equal("1.0", Assert.Single(answer.Headers.GetValues("AspireKv-Topology")));
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Order_OfUnknownEnd_SaysSo(string kind)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Unknown, Version: 0, Generation: 0, Refusal: null));
        using var answer = await SendAsync(gateway, kind);
        await Problem.AssertAsync(answer, 504, "outcome_unknown", outcome: null);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Contains("repeat the order", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>What was sent may have been carried out: no second node is given it.</summary>
    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Order_ThatIsNotAnswered_IsUnknownAndGivenToNobodyElse(string kind)
    {
        var gateway = fixture.Fresh();
        gateway.Nodes[0].Ordering = static _ => throw new NodeUnreachableException("The stream broke.");
        using var answer = await SendAsync(gateway, kind);
        await Problem.AssertAsync(answer, 504, "outcome_unknown", outcome: null);
        Assert.Single(gateway.Nodes.SelectMany(node => node.Orders));
    }

    [Fact]
    public async Task Order_GoesToANodeThatAnswersBeforeOneThatIsSuspect()
    {
        await using var gateway = await TestGateway.StartAsync();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Done, Version: 2, Generation: 1, Refusal: null));
        gateway.Nodes[0].Liveness = NodeLiveness.Dead;
        gateway.Nodes[1].Liveness = NodeLiveness.Suspect;
        using (await SendAsync(gateway, "forget"))
        {
            Assert.Equal([0, 0, 1], gateway.Nodes.Select(node => node.Orders.Count));
        }

        gateway.Nodes[2].Liveness = NodeLiveness.Dead;
        using (await SendAsync(gateway, "forget"))
        {
            Assert.Equal([0, 1, 1], gateway.Nodes.Select(node => node.Orders.Count));
        }

        gateway.Nodes[1].Liveness = NodeLiveness.Dead;
        using var answer = await SendAsync(gateway, "forget");
        await Problem.AssertAsync(answer, 503, "system_unavailable", outcome: null);
        Assert.Equal([0, 1, 1], gateway.Nodes.Select(node => node.Orders.Count));
    }

    /// <summary>By the rules of the cluster: each order twice, and a plan from the wish to its cancellation.</summary>
    [Fact]
    public async Task Orders_OfAWholePlan_MayEachBeRepeated()
    {
        await using var gateway = await TestGateway.StartAsync();
        var system = new FakeSystem(Topologies.WithFour(gateway.Founding));
        foreach (var node in gateway.Nodes)
        {
            system.Serve(node);
        }

        Assert.Equal(["200 3.0", "200 3.0"], await TwiceAsync(() => SendAsync(gateway, "announce")));
        Assert.Equal(["200 4.0", "200 4.0"], await TwiceAsync(() => SendAsync(gateway, "forget")));
        Assert.Equal(["204 4.0", "204 4.0"], await TwiceAsync(() => CancelAsync(gateway, "\"0\"")));
        var plan = await (await gateway.Client.PostAsync("/v1/admin/plans", new StringContent("""{"wishes":[{"op":"add","node":4}]}""")))
            .Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(plan);
        var commit = $"/v1/admin/plans/{json.RootElement.GetProperty("id").GetString()}/commit";
        Assert.Equal(["200 5.1", "200 5.1"], await TwiceAsync(() => gateway.Client.PostAsync(commit, new StringContent(plan))));
        using (var other = await gateway.Client.PostAsync("/v1/admin/plans/0-other/commit", new StringContent(plan)))
        {
            await Problem.AssertAsync(other, 409, "topology_changed", outcome: null);
            Assert.Equal("5.1", Assert.Single(other.Headers.GetValues("AspireKv-Topology")));
        }

        using (var other = await CancelAsync(gateway, "\"0\""))
        {
            await Problem.AssertAsync(other, 409, "topology_changed", outcome: null);
        }

        Assert.Equal(["200 6.2", "204 6.2"], await TwiceAsync(() => CancelAsync(gateway, "\"1\"")));
    }

    [Theory]
    [InlineData(null, 428, "precondition_required")]
    [InlineData("", 400, "invalid_etag")]
    [InlineData("8", 400, "invalid_etag")]
    [InlineData("*", 400, "invalid_etag")]
    [InlineData("\"\"", 400, "invalid_etag")]
    [InlineData("\"08\"", 400, "invalid_etag")]
    [InlineData("\"-8\"", 400, "invalid_etag")]
    [InlineData("\"+8\"", 400, "invalid_etag")]
    [InlineData("\"8.2\"", 400, "invalid_etag")]
    [InlineData("\"9223372036854775808\"", 400, "invalid_etag")]
    [InlineData("W/\"8\"", 400, "invalid_etag")]
    [InlineData("\"8\",", 400, "invalid_etag")]
    [InlineData("\"8\", \"9\"", 400, "invalid_etag")]
    public async Task Cancel_WithoutTheGeneration_IsRefusedHere(string? tag, int status, string code)
    {
        var gateway = fixture.Fresh();
        using var connection = gateway.Connect();
        var answer = await connection.RequestAsync(
            "DELETE", "/v1/admin/plan", $"Authorization: Bearer {gateway.Token}\r\n" + (tag is null ? "" : $"If-Match: {tag}\r\n"));
        Assert.Equal(status, answer.Status);
        Assert.Contains($"\"code\":\"{code}\"", answer.Text, StringComparison.Ordinal);
        Assert.True(gateway.Nodes.All(node => node.IsUnasked), "something reached a node");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("04")]
    [InlineData("-4")]
    [InlineData("node4")]
    [InlineData("4x")]
    public async Task Member_ThatHasNoNumber_IsA400(string node)
    {
        var gateway = fixture.Fresh();
        using var put = await gateway.Client.PutAsync($"/v1/admin/members/{node}", new StringContent("""{"name":"node4"}"""));
        await Problem.AssertAsync(put, 400, "invalid_target", outcome: null);
        using var delete = await gateway.Client.DeleteAsync($"/v1/admin/members/{node}");
        await Problem.AssertAsync(delete, 400, "invalid_target", outcome: null);
        Assert.True(gateway.Nodes.All(fake => fake.IsUnasked), "something reached a node");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "a JSON object")]
    [InlineData("{}", "lacks \\\"name\\\"")]
    [InlineData("""{"name":4}""", "must be text")]
    [InlineData("""{"name":""}""", "must be text")]
    [InlineData("""{"name":"-node"}""", "must be text")]
    [InlineData("""{"name":"no de"}""", "must be text")]
    [InlineData("""{"name":"n\u0000"}""", "must be text")]
    [InlineData("""{"name":"node4","name":"node4"}""", "more than once")]
    [InlineData("""{"name":"a234567890123456789012345678901234567890123456789012345678901234"}""", "at most 63")]
    public async Task Announce_WithoutAName_IsA400(string body, string said)
    {
        var gateway = fixture.Fresh();
        using var answer = await gateway.Client.PutAsync("/v1/admin/members/4", new StringContent(body));
        await Problem.AssertAsync(answer, 400, "invalid_json", outcome: null);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(gateway.Nodes.All(fake => fake.IsUnasked), "something reached a node");
    }

    [Theory]
    [InlineData("PUT", "/v1/admin/members/4", 4 * 1024, """{"name":"node4"}""")]
    [InlineData("POST", "/v1/admin/plans/7-a/commit", 4 * 1024 * 1024, """{"wishes":[{"op":"order"}]}""")]
    public async Task Body_OfAnOrder_IsTakenUpToTheBound(string method, string path, int bytes, string body)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Done, Version: 2, Generation: 1, Refusal: null));
        using (var fits = await SendAsync(gateway, method, path, body.PadRight(bytes)))
        {
            Assert.Equal(200, (int)fits.StatusCode);
        }

        using var longer = await SendAsync(gateway, method, path, body.PadRight(bytes + 1));
        await Problem.AssertAsync(longer, 413, "body_too_large", outcome: null);
        Assert.Single(gateway.Nodes.SelectMany(node => node.Orders));
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task Commit_OfAnIdOfThisLength_IsTakenUpToTheBound(int length, int status)
    {
        var gateway = fixture.Fresh();
        AnswerEverywhere(gateway, new OrderResult(OrderOutcome.Done, Version: 2, Generation: 1, Refusal: null));
        using var answer = await SendAsync(
            gateway, "POST", $"/v1/admin/plans/{new string('7', length)}/commit", """{"wishes":[{"op":"order"}]}""");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200, !gateway.Nodes[0].Orders.IsEmpty);
    }

    /// <summary>What no plan was ever called reaches no node and no log, where a line of its own would look like one of ours.</summary>
    [Theory]
    [InlineData("7-a%0Ainfo")]
    [InlineData("7%20a")]
    [InlineData("7-%C3%A4")]
    public async Task Commit_OfWhatIsNoPlansId_IsRefused(string id)
    {
        var gateway = fixture.Fresh();
        using var answer = await SendAsync(gateway, "POST", $"/v1/admin/plans/{id}/commit", """{"wishes":[{"op":"order"}]}""");
        await Problem.AssertAsync(answer, 400, "invalid_target", outcome: null);
        Assert.All(gateway.Nodes, static node => Assert.Empty(node.Orders));
    }

    private static async Task<string[]> TwiceAsync(Func<Task<HttpResponseMessage>> send)
    {
        var ends = new string[2];
        for (var i = 0; i < ends.Length; i++)
        {
            using var answer = await send();
            ends[i] = string.Create(
                CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {answer.Headers.GetValues("AspireKv-Topology").Single()}");
        }

        return ends;
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string kind) => kind switch
    {
        "announce" => SendAsync(gateway, "PUT", "/v1/admin/members/6", """{"name":"node6"}"""),
        "forget" => gateway.Client.DeleteAsync("/v1/admin/members/6"),
        "commit" => SendAsync(gateway, "POST", "/v1/admin/plans/7-a1b2/commit", """{"wishes":[{"op":"add","node":4},{"op":"order"}]}"""),
        _ => CancelAsync(gateway, "\"8\""),
    };

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string method, string path, string body) =>
        gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body) });

    private static Task<HttpResponseMessage> CancelAsync(TestGateway gateway, string tag) =>
        gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/v1/admin/plan") { Headers = { { "If-Match", tag } } });

    private static void AnswerEverywhere(TestGateway gateway, OrderResult result)
    {
        foreach (var node in gateway.Nodes)
        {
            node.Ordering = _ => result;
        }
    }
}
