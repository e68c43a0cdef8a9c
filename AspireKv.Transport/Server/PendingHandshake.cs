using System.Net;

namespace AspireKv.Transport.Server;

/// <summary>A handshake under way and the end of its time. Disposed by the connection, whose handshake it is.</summary>
internal sealed class PendingHandshake(PendingHandshakes all, IPAddress? address, TimeSpan timeLimit, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _abort = new(timeLimit, time);
    private volatile bool _isCrowdedOut;

    /// <summary>Where the connection comes from; null where that is not known.</summary>
    public IPAddress? Address { get; } = address;

    /// <summary>True when the handshake was ended for a younger one.</summary>
    public bool IsCrowdedOut => _isCrowdedOut;

    /// <summary>Cancelled when the handshake took too long, or is ended for another one.</summary>
    public CancellationToken Aborted => _abort.Token;

    /// <summary>Ends the handshake, on another thread.</summary>
    public void CrowdOut()
    {
        _isCrowdedOut = true;
        _ = _abort.CancelAsync();
    }

    public void Dispose()
    {
        all.End(this);
        _abort.Dispose();
    }
}
