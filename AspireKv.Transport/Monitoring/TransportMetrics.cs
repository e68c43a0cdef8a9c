using System.Diagnostics.Metrics;

namespace AspireKv.Transport.Monitoring;

/// <summary>The measurements of the streams. Recorded for each batch or connection, never for each message.</summary>
internal sealed class TransportMetrics
{
    public const string MeterName = "AspireKv.Transport";

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _disconnects;
    private readonly Counter<long> _breakerChanges;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _dropped;
    private readonly Histogram<int> _batchMessages;
    private readonly Counter<long> _bytesSent;
    private readonly Counter<long> _bytesReceived;

    public TransportMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(MeterName);
        _connections = meter.CreateUpDownCounter<long>(
            "aspirekv.transport.connections", "{connection}", "Streams with a finished handshake.");
        _attempts = meter.CreateCounter<long>(
            "aspirekv.transport.connect.attempts", "{attempt}", "Attempts to connect to a node, by outcome.");
        _disconnects = meter.CreateCounter<long>(
            "aspirekv.transport.disconnects", "{connection}", "Streams that were up and broke.");
        _breakerChanges = meter.CreateCounter<long>(
            "aspirekv.transport.breaker.changes", "{change}", "State changes of the circuit breakers around connecting, by new state.");
        _refusals = meter.CreateCounter<long>(
            "aspirekv.transport.handshakes.refused", "{handshake}", "Handshakes that this process refused, by reason.");
        _dropped = meter.CreateCounter<long>(
            "aspirekv.transport.messages.dropped",
            "{message}",
            "Messages refused since the send buffer was at its bound, or since they would not have left in their time.");
        _batchMessages = meter.CreateHistogram<int>(
            "aspirekv.transport.batch.messages", "{message}", "Messages sent together.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024] });
        _bytesSent = meter.CreateCounter<long>("aspirekv.transport.sent", "By", "Bytes of frames handed to connections.");
        _bytesReceived = meter.CreateCounter<long>("aspirekv.transport.received", "By", "Bytes of frames received.");
    }

    /// <param name="messages">Messages that became whole with this batch; none where it had but a piece of a large one.</param>
    /// <param name="bytes">Bytes of frames.</param>
    public void BatchSent(int messages, int bytes)
    {
        if (messages > 0)
        {
            _batchMessages.Record(messages);
        }

        _bytesSent.Add(bytes);
    }

    public void BatchReceived(long bytes) => _bytesReceived.Add(bytes);

    public void Connected(string side) => _connections.Add(1, new KeyValuePair<string, object?>("side", side));

    public void Disconnected(string side)
    {
        var tag = new KeyValuePair<string, object?>("side", side);
        _connections.Add(-1, tag);
        _disconnects.Add(1, tag);
    }

    public void ConnectAttempted(string node, string outcome) =>
        _attempts.Add(1, new KeyValuePair<string, object?>("node", node), new KeyValuePair<string, object?>("outcome", outcome));

    public void BreakerChanged(string node, string state) =>
        _breakerChanges.Add(1, new KeyValuePair<string, object?>("node", node), new KeyValuePair<string, object?>("state", state));

    public void HandshakeRefused(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void MessageDropped() => _dropped.Add(1);
}
