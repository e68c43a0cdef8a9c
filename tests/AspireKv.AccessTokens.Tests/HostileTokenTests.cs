using AspireKv.AccessTokens.Tests.Support;

namespace AspireKv.AccessTokens.Tests;

public sealed class HostileTokenTests(RunningValidation running) : IClassFixture<RunningValidation>
{
    private readonly ValidationHost _host = running.Host;

    public static TheoryData<string> Names => [.. HostileTokens.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Validate_HostileToken_IsRefusedForItsReasonWithoutAnOutgoingRequest(string name)
    {
        var (make, reason) = HostileTokens.All[name];

        // A fetch of keys would be due: only the token's own faults keep it from happening.
        _host.Time.Advance(_host.Options.UnknownKeyInterval);
        var token = make(_host.Forge);
        var requests = _host.Jwks.Requests;

        Assert.Equal(reason, await _host.RejectionOfAsync(token));
        Assert.Equal(requests, _host.Jwks.Requests);
    }

    [Fact]
    public async Task Validate_HostileToken_LeavesTheGoodTokenAccepted()
    {
        foreach (var (make, _) in HostileTokens.All.Values)
        {
            await _host.Validator.ValidateAsync(make(_host.Forge));
        }

        Assert.Equal(AccessTokenRejection.None, await _host.RejectionOfAsync(_host.Token));
    }

    [Fact]
    public void HostileTokens_AreEighty_AtLeast() => Assert.True(HostileTokens.All.Count >= 80, $"only {HostileTokens.All.Count}");
}
