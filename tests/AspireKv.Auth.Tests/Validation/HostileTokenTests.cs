using AspireKv.Auth.Tests.Support;
using AspireKv.ServiceDefaults.AccessTokens;

namespace AspireKv.Auth.Tests.Validation;

public sealed class HostileTokenTests : IAsyncLifetime
{
    private static readonly TestKey Key = new();
    private ValidationHost _host = null!;

    public static TheoryData<string> Names => [.. HostileTokens.All.Keys];

    public async Task InitializeAsync() => _host = await ValidationHost.StartAsync(Key);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Validate_HostileToken_IsRefusedForItsReasonWithoutAnOutgoingRequest(string name)
    {
        var (make, reason) = HostileTokens.All[name];
        var token = make(_host);
        _host.Time.Advance(_host.Options.UnknownKeyInterval);
        var requests = _host.Jwks.Requests;

        Assert.Equal(reason, await _host.RejectionOfAsync(token));
        Assert.Equal(requests, _host.Jwks.Requests);
    }

    [Fact]
    public async Task Validate_HostileToken_LeavesTheGoodTokenAccepted()
    {
        foreach (var (make, _) in HostileTokens.All.Values)
        {
            await _host.Validator.ValidateAsync(make(_host));
        }

        Assert.Equal(AccessTokenRejection.None, await _host.RejectionOfAsync(_host.Token));
    }

    [Fact]
    public void HostileTokens_AreEighty_AtLeast() => Assert.True(HostileTokens.All.Count >= 80, $"only {HostileTokens.All.Count}");
}
