namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>One gateway for the tests of a class, which run one after another.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    /// <summary>The gateway, its nodes healthy and empty. Nobody named a coordinator, unless a test made a node do so.</summary>
    internal TestGateway Fresh()
    {
        _gateway.Store.Clear();
        foreach (var node in _gateway.Nodes)
        {
            node.Reset();
        }

        return _gateway;
    }
}
