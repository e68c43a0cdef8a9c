namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>One running validator for a whole class of tests, none of which changes the keys. They are not refreshed meanwhile.</summary>
public sealed class RunningValidation : IAsyncLifetime
{
    internal ValidationHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ValidationHost.StartAsync(new TestKey(), ("RefreshInterval", "1.00:00:00"));

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
