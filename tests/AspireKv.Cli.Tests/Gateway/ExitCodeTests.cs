using System.Net;
using System.Net.Sockets;
using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Gateway;

/// <summary>How a command ends, by what the gateway answers or does not.</summary>
public sealed class ExitCodeTests
{
    private const string Question = "members";
    private const string Order = "forget 6";
    private const string UnknownAdvice =
        "; the order may have been carried out. Look with 'akv cluster status', or give it again: that changes nothing twice.";

    [Theory]
    [InlineData(Question, 400, "invalid_target", 1)]
    [InlineData(Question, 403, "forbidden", 1)]
    [InlineData(Question, 404, "route_not_found", 1)]
    [InlineData(Question, 429, "rate_limited", 1)]
    [InlineData(Question, 500, "internal_error", 3)]
    [InlineData(Question, 502, "unavailable", 3)]
    [InlineData(Question, 503, "not_founded", 3)]
    [InlineData(Question, 504, "read_timeout", 3)]
    [InlineData(Order, 400, "invalid_json", 1)]
    [InlineData(Order, 409, "plan_pending", 1)]
    [InlineData(Order, 422, "node_in_use", 1)]
    [InlineData(Order, 428, "precondition_required", 1)]
    [InlineData(Order, 500, "internal_error", 2)]
    [InlineData(Order, 502, "unavailable", 2)]
    [InlineData(Order, 503, "system_unavailable", 3)]
    [InlineData(Order, 504, "outcome_unknown", 2)]
    public async Task Answer_ThatIsAProblem_EndsByItsStatus(string line, int status, string code, int exitCode)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", Reply.Problem(status, code, "The reason."));
        gateway.On("DELETE /v1/admin/members/6", Reply.Problem(status, code, "The reason."));

        var ended = await new Akv(gateway).RunAsync(line);

        ended.AssertFailed(exitCode, $"{code}: The reason.");
    }

    [Theory]
    [InlineData(404, "<html>Not here</html>", 1)]
    [InlineData(504, "", 2)]
    [InlineData(502, "[]", 2)]
    [InlineData(503, "{}", 3)]
    public async Task Answer_OfAProxy_EndsByItsStatus(int status, string body, int exitCode)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("DELETE /v1/admin/members/6", Reply.Of(status, body, "text/html"));

        var ended = await new Akv(gateway).RunAsync(Order);

        ended.AssertFailed(exitCode, $"http_{status}: DELETE /v1/admin/members/6 was answered so, without a reason.");
    }

    [Fact]
    public async Task Answer_ThatLeadsElsewhere_IsNotFollowed()
    {
        await using var other = await FakeGateway.StartAsync();
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", Reply.Redirect(other.Address + "/v1/admin/members"));

        var ended = await new Akv(gateway).RunAsync(Question);

        ended.AssertFailed(1, "http_307: GET /v1/admin/members was answered so, without a reason.");
        Assert.Empty(other.Seen);
    }

    [Theory]
    [InlineData(Question, "<html>", 3, "GET /v1/admin/members")]
    [InlineData(Question, "{}", 3, "GET /v1/admin/members")]
    [InlineData(Question, """{"members":[{"id":1}]}""", 3, "GET /v1/admin/members")]
    [InlineData(Order, "<html>", 2, "DELETE /v1/admin/members/6")]
    [InlineData(Order, """{"version":1}""", 2, "DELETE /v1/admin/members/6")]
    public async Task Answer_OfSomethingElse_SaysSo(string line, string body, int exitCode, string route)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(route, Reply.Json(body));

        var ended = await new Akv(gateway).RunAsync(line);

        ended.AssertFailed(exitCode, $"the answer to {route} is not one of a gateway of this version.");
    }

    [Theory]
    [InlineData(Question)]
    [InlineData(Order)]
    public async Task Gateway_ThatIsNotThere_IsNotReachable(string line)
    {
        string address;
        await using (var gateway = await FakeGateway.StartAsync())
        {
            address = gateway.Address;
        }

        var ended = await new Akv(address).RunAsync(line);

        Assert.Equal((3, ""), (ended.ExitCode, ended.Out));
        Assert.Matches(@"^akv: no gateway is reached at http://127\.0\.0\.1:\d+/ \([^\n]+\); nothing was sent\.\n$", ended.Error);
    }

    [Fact]
    public async Task Gateway_OfNoKnownName_IsNotReachable()
    {
        // Too long for a name, so that no resolver is asked.
        var address = $"http://{new string('x', 64)}.invalid:3000";

        var ended = await new Akv(address).RunAsync(Order);

        Assert.Equal(3, ended.ExitCode);
        Assert.StartsWith($"akv: no gateway is reached at {address}/ (", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_ThatSpeaksNoTls_IsNotReachable()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway.Address.Replace("http:", "https:", StringComparison.Ordinal)).RunAsync(Order);

        Assert.Equal(3, ended.ExitCode);
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task Connection_BreaksAfterAnOrder_OutcomeIsUnknown_AndItIsNotSentAgain()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("DELETE /v1/admin/members/6", Reply.Broken);

        var ended = await new Akv(gateway).RunAsync(Order);

        ended.AssertFailed(
            2, $"outcome_unknown: the connection to {gateway.Address}/ broke before the answer came{UnknownAdvice}");
        gateway.Only("DELETE /v1/admin/members/6");
    }

    [Fact]
    public async Task Connection_ClosesAfterALaterOrder_ItIsNotSentAgainEither()
    {
        await using var gateway = new ClosingGateway(SampleBodies.Pending);

        var ended = await new Akv(gateway.Address).RunAsync("cancel");

        Assert.Equal((2, 1), (ended.ExitCode, gateway.Orders));
    }

    [Fact]
    public async Task Gateway_ThatTakesNoConnection_IsGivenUpAsNotReachable()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var clients = Enumerable.Range(0, 8).Select(_ => new TcpClient(AddressFamily.InterNetwork)).ToList();

        // As many as the kernel takes in the listener's name; nobody else's connect ends after that.
        var connects = clients.Select(client => client.ConnectAsync((IPEndPoint)listener.LocalEndPoint!)).ToList();
        await Eventually.CompletesAsync(connects[0], "the kernel takes the first connection");

        var ended = await new Akv($"http://{listener.LocalEndPoint}") { ConnectTimeout = TimeSpan.FromSeconds(0.5) }.RunAsync(Order);
        clients.ForEach(client => client.Dispose());

        ended.AssertFailed(
            3, $"no gateway is reached at http://{listener.LocalEndPoint}/ (no connection within 0.5 s); nothing was sent.");
        await Task.WhenAll(connects).ContinueWith(static all => all.Exception, TaskScheduler.Default);
    }

    [Theory]
    [InlineData(Question, "GET /v1/admin/members")]
    [InlineData("plan add 4 --commit --yes", "POST /v1/admin/plans")]
    public async Task Connection_BreaksAfterAQuestion_IsNotReachable(string line, string route)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(route, Reply.Broken);

        var ended = await new Akv(gateway).RunAsync(line);

        ended.AssertFailed(3, $"the connection to {gateway.Address}/ broke before the answer came; nothing was changed.");
    }

    [Theory]
    [InlineData(Question, 3, "the gateway did not answer within 0.5 s; nothing was changed.")]
    [InlineData(Order, 2, "outcome_unknown: the gateway did not answer within 0.5 s" + UnknownAdvice)]
    public async Task Gateway_ThatIsSilent_IsGivenUp(string line, int exitCode, string error)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", Reply.Silent);
        gateway.On("DELETE /v1/admin/members/6", Reply.Silent);

        var ended = await new Akv(gateway) { RequestTimeout = TimeSpan.FromSeconds(0.5) }.RunAsync(line);

        ended.AssertFailed(exitCode, error);
    }

    [Theory]
    [InlineData("", "Required command was not provided. ('akv --help' says what there is.)")]
    [InlineData("cluster", "Required command was not provided. ('akv cluster --help' says what there is.)")]
    [InlineData("membres", "'membres' means nothing here. ('akv --help' says what there is.)")]
    [InlineData("members 4", "'4' means nothing here. ('akv members --help' says what there is.)")]
    [InlineData("members --wach", "'--wach' means nothing here. ('akv members --help' says what there is.)")]
    [InlineData("cluster status @file", "'@file' means nothing here. ('akv cluster status --help' says what there is.)")]
    [InlineData("members --gateway localhost:3000",
        "the gateway's address (--gateway, AKV_GATEWAY) must be http://HOST:PORT or https://HOST:PORT.")]
    [InlineData("members --gateway ftp://localhost",
        "the gateway's address (--gateway, AKV_GATEWAY) must be http://HOST:PORT or https://HOST:PORT.")]
    public async Task Arguments_ThatMeanNothing_AreRefused(string line, string error)
    {
        var ended = await new Akv(address: null).RunAsync(line);

        ended.AssertFailed(1, error);
    }

    [Theory]
    [InlineData("--help", "akv [command] [options]")]
    [InlineData("plan --help", "replace N --by M")]
    [InlineData("members -h --bogus", "akv members [options]")]
    public async Task Help_IsNoFailure(string line, string shown)
    {
        var ended = await new Akv(address: null).RunAsync(line);

        Assert.Contains(shown, ended.AssertDone().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_OfTheOption_IsStrongerThanTheVariable()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv("http://127.0.0.1:1").RunAsync("forget", "6", "--gateway", gateway.Address + "/");

        ended.AssertDone();
        gateway.Only("DELETE /v1/admin/members/6");
    }

    [Fact]
    public async Task Gateway_BelowAPath_IsAskedThere()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("DELETE /kv/v1/admin/members/6", Reply.Json(SampleBodies.Change(1, 1)));

        var ended = await new Akv(gateway.Address + "/kv").RunAsync(Order);

        ended.AssertDone();
    }
}
