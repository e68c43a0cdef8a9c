using System.Diagnostics.Metrics;

namespace AspireKv.ServiceDefaults.Listening;

internal sealed class ListenerMetrics
{
    private readonly Counter<long> _refused;

    public ListenerMetrics(IMeterFactory meters) => _refused = meters.Create("AspireKv.Listener").CreateCounter<long>(
        "aspirekv.http.connections.refused", "{connection}", "HTTP connections closed at once, by the limit that was reached.");

    /// <param name="limit"><c>total</c>, <c>address</c> or <c>management</c>.</param>
    public void Refused(string limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
