using System.Net;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// Accepts no connection while a number of those accepted before are neither admitted nor closed. Accepting is faster than closing: without
/// this a burst of connections takes all file descriptors of the process, though each of them is refused. Those who wait do so in the
/// system's queue.
/// </summary>
/// <param name="inner">The listener of the transport.</param>
/// <param name="maxUndecided">How many may be neither admitted nor closed.</param>
internal sealed class PatientListener(IConnectionListener inner, int maxUndecided) : IConnectionListener
{
    /// <summary>Its count is the room for undecided connections; not disposed, since connections outlive their listener.</summary>
    private readonly SemaphoreSlim _room = new(maxUndecided);

    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
            await _room.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
        {
            return null;
        }

        return await inner.AcceptAsync(cancellationToken) is { } connection ? new AcceptedConnection(connection, _room) : null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _unbound.Dispose();
    }
}
