using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Gateway;

/// <summary>Who asks: a token, or an account and its password, from each place that they may come from.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Route = "POST /login";
    private const string Password = "correct horse battery staple";
    private const string WithPassword = $$"""{"email":"me@example.com","password":"{{Password}}"}""";
    private const string WithoutPassword = """{"email":"me@example.com"}""";

    private static readonly Reply PasswordNeeded = Reply.Of(
        400, """{"status":"Error","error":"the member \"password\" is needed","code":"invalid_login"}""", "application/json");

    private static readonly Reply TokenExpired = Reply.Problem(401, "token_expired", "The access token has expired.");

    private readonly ScratchFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Token_OfTheEnvironment_IsSent()
    {
        await using var gateway = await FakeGateway.StartAsync();

        (await new Akv(gateway).RunAsync("members")).AssertDone();

        Assert.Equal($"Bearer {FakeGateway.Token}", Assert.Single(gateway.Seen).Authorization);
    }

    [Theory]
    [InlineData(FakeGateway.Token)]
    [InlineData(FakeGateway.Token + "\n")]
    [InlineData(" " + FakeGateway.Token + " \r\nmore")]
    public async Task Token_OfAFile_IsStrongerThanTheEnvironment(string text)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).With("AKV_TOKEN", "other").RunAsync("members", "--token-file", _files.Write("token", text));

        ended.AssertDone();
    }

    [Theory]
    [InlineData("se cret")]
    [InlineData("se\tcret")]
    [InlineData("secret\u00e9")]
    [InlineData("Bearer secret")]
    public async Task Token_ThatIsNone_IsRefusedUnasked_AndNotRepeated(string token)
    {
        await using var gateway = await FakeGateway.StartAsync();
        var file = _files.Write("token", token);

        var ofFile = await new Akv(gateway).RunAsync("members", "--token-file", file);
        var ofVariable = await new Akv(gateway).With("AKV_TOKEN", token).RunAsync("members");

        ofFile.AssertFailed(1, $"what '{file}' holds is no access token.");
        ofVariable.AssertFailed(1, "what AKV_TOKEN holds is no access token.");
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task Nobody_IsRefusedUnasked()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).With("AKV_TOKEN", null).RunAsync("members");

        ended.AssertFailed(1, "no account: set AKV_TOKEN or AKV_EMAIL, or give --token-file or --email.");
        Assert.Empty(gateway.Seen);
    }

    [Theory]
    [InlineData("members --email me@example.com", null)]
    [InlineData("members", "me@example.com")]
    public async Task Email_InDevelopment_IsEnough(string line, string? variable)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).With("AKV_TOKEN", null).With("AKV_EMAIL", variable).RunAsync(line);

        ended.AssertDone();
        Assert.Equal((WithoutPassword, ""), (gateway.Only(Route).Body, gateway.Only(Route).Authorization));
    }

    [Fact]
    public async Task Email_OfTheOption_IsStrongerThanAToken()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).With("AKV_TOKEN", "other").RunAsync("members --email me@example.com");

        ended.AssertDone();
        gateway.Only(Route);
    }

    [Fact]
    public async Task Password_OfTheEnvironment_IsSentAtOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).With("AKV_PASSWORD", Password).RunAsync("members --email me@example.com");

        ended.AssertDone();
        Assert.Equal(WithPassword, gateway.Only(Route).Body);
    }

    [Fact]
    public async Task Password_OfAFile_IsStrongerThanTheEnvironment()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var file = _files.Write("password", Password + "\n");

        var ended = await new Akv(gateway).With("AKV_PASSWORD", "other")
            .RunAsync("members", "--email", "me@example.com", "--password-file", file);

        ended.AssertDone();
        Assert.Equal(WithPassword, gateway.Only(Route).Body);
    }

    [Fact]
    public async Task Password_Wanted_IsAskedForOnATerminal()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, PasswordNeeded, Reply.Json(SampleBodies.Login));

        var ended = await new Akv(gateway) { HasPeople = true, Secret = Password }.RunAsync("members --email me@example.com");

        Assert.Equal((0, "Password of me@example.com: "), (ended.ExitCode, ended.Error));
        Assert.Equal(
            [WithoutPassword, WithPassword], gateway.Seen.Where(request => request.Route == Route).Select(request => request.Body));
    }

    [Fact]
    public async Task Password_WantedWithoutATerminal_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, PasswordNeeded);

        var ended = await new Akv(gateway).RunAsync("members --email me@example.com");

        ended.AssertFailed(1, "invalid_login: the member \"password\" is needed");
        Assert.Single(gateway.Seen);
    }

    [Theory]
    [InlineData(401, "login_refused", 1)]
    [InlineData(429, "too_many_logins", 1)]
    [InlineData(503, "auth_unavailable", 3)]
    public async Task Login_NotGranted_EndsByItsStatus(int status, string code, int exitCode)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Of(status, $$"""{"status":"Error","error":"The reason.","code":"{{code}}"}""", "application/json"));

        var ended = await new Akv(gateway).With("AKV_PASSWORD", Password).RunAsync("forget 6 --email me@example.com");

        ended.AssertFailed(exitCode, $"{code}: The reason.");
    }

    [Theory]
    [InlineData("{}", "the answer to POST /login is not one of a gateway of this version.")]
    [InlineData("""{"status":"Success","token":"a b"}""", "the gateway answered the login with something that is no token.")]
    public async Task Login_AnsweredWithoutAToken_SaysSo(string body, string error)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(Route, Reply.Json(body));

        var ended = await new Akv(gateway).RunAsync("members --email me@example.com");

        ended.AssertFailed(3, error);
    }

    [Fact]
    public async Task Token_ThatExpires_IsRenewedOfAnAccount()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/plan", Reply.Json(SampleBodies.Pending), TokenExpired, Reply.NoContent);

        var ended = await new Akv(gateway).RunAsync("progress --watch --email me@example.com");

        Assert.Equal("Nothing is pending.", ended.AssertDone().Lines[^1]);
        Assert.Equal(2, gateway.Seen.Count(request => request.Route == Route));
    }

    [Fact]
    public async Task Token_ThatExpired_AndWasGiven_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", TokenExpired);

        var ended = await new Akv(gateway).RunAsync("members");

        ended.AssertFailed(1, "token_expired: The access token has expired.");
        Assert.Single(gateway.Seen);
    }

    [Theory]
    [InlineData("members --token-file a --email b", "--token-file and --email name two accounts: give one of them.")]
    [InlineData("members --password hunter2", "'--password' means nothing here. ('akv members --help' says what there is.)")]
    [InlineData("members --password=hunter2", "'--password' means nothing here. ('akv members --help' says what there is.)")]
    [InlineData("members --token=hunter2", "'--token' means nothing here. ('akv members --help' says what there is.)")]
    [InlineData(
        "members --gateway http://me:hunter2@localhost",
        "the gateway's address (--gateway, AKV_GATEWAY) must be http://HOST:PORT or https://HOST:PORT.")]
    public async Task Arguments_TakeNoSecret_AndRepeatNone(string line, string error)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(line);

        ended.AssertFailed(1, error);
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task File_ThatIsMissingOrEmpty_IsRefusedUnasked()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (missing, empty) = (_files.Path("none"), _files.Write("empty", "\nsecret\n"));

        var ofMissing = await new Akv(gateway).RunAsync("members", "--token-file", missing);
        var ofEmpty = await new Akv(gateway).RunAsync("members", "--token-file", empty);

        Assert.Equal(1, ofMissing.ExitCode);
        Assert.StartsWith($"akv: '{missing}' cannot be read (", ofMissing.Error, StringComparison.Ordinal);
        ofEmpty.AssertFailed(1, $"the first line of '{empty}' holds nothing, or far too much.");
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task Secrets_ThatAnAnswerRepeats_AreNotShown()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/members", Reply.Problem(400, "bad_request", $"No use for Bearer {FakeGateway.Token}."));
        gateway.On(Route, Reply.Problem(401, "login_refused", $"{Password} is wrong."));

        var ofToken = await new Akv(gateway).RunAsync("members");
        var ofPassword = await new Akv(gateway).With("AKV_PASSWORD", Password).RunAsync("members --email me@example.com");

        ofToken.AssertFailed(1, "bad_request: No use for Bearer ***.");
        ofPassword.AssertFailed(1, "login_refused: *** is wrong.");
    }
}
