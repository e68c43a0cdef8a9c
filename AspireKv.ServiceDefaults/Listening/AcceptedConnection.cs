using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>A connection that a <see cref="PatientListener"/> accepted: its listener waits for it until it is admitted or closed.</summary>
internal sealed class AcceptedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly SemaphoreSlim _room;
    private Action? _onClosed;
    private int _isDecided;

    /// <param name="inner">The connection of the transport.</param>
    /// <param name="room">Gets its place back as soon as the connection is admitted or closed.</param>
    public AcceptedConnection(ConnectionContext inner, SemaphoreSlim room)
    {
        (_inner, _room) = (inner, room);
        Features.Set(this);
    }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    /// <summary>Lets the listener go on: from here on somebody else bounds the connections of this kind.</summary>
    /// <param name="onClosed">Called when the socket is closed, if it is given.</param>
    public void Admit(Action? onClosed)
    {
        _onClosed = onClosed;
        Decide();
    }

    public override void Abort() => _inner.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _inner.DisposeAsync();
            await base.DisposeAsync();
        }
        finally
        {
            Interlocked.Exchange(ref _onClosed, null)?.Invoke();
            Decide();
        }
    }

    private void Decide()
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0)
        {
            _room.Release();
        }
    }
}
