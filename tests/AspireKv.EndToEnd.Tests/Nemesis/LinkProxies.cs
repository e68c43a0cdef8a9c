using AspireKv.EndToEnd.Tests.Processes;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>A <see cref="LinkProxy"/> in every link of a cluster's processes to its nodes.</summary>
internal sealed class LinkProxies : IAsyncDisposable
{
    private static readonly LinkConditions Closed = new() { RefusesConnections = true };

    private readonly Dictionary<(string Dialer, string Node), LinkProxy> _links = [];

    public IEnumerable<LinkProxy> All => _links.Values;

    /// <summary>Puts a proxy into the link, unless it is one of a node to itself.</summary>
    /// <returns>The port to dial.</returns>
    public int Reroute(string dialer, string node, int port)
    {
        if (dialer == node)
        {
            return port;
        }

        var proxy = new LinkProxy(port);
        _links[(dialer, node)] = proxy;
        return proxy.Port;
    }

    public IEnumerable<LinkProxy> Where(Func<string, string, bool> choose) =>
        _links.Where(link => choose(link.Key.Dialer, link.Key.Node)).Select(link => link.Value);

    public IEnumerable<LinkProxy> Between(ServiceProcess dialer, ServiceProcess node) =>
        Where((from, to) => from == dialer.Name && to == node.Name);

    /// <summary>Breaks the connections and lets no other through, until the links are set to other conditions.</summary>
    public static void Cut(IEnumerable<LinkProxy> links)
    {
        foreach (var link in links)
        {
            link.Set(Closed);
            link.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values)
        {
            await link.DisposeAsync();
        }
    }
}
