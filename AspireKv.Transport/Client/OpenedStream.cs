using System.Net;
using AspireKv.Transport.Contracts;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.Transport.Client;

/// <summary>A connection to a node at one of its addresses, its handshake done and nothing sent yet.</summary>
internal sealed record OpenedStream(ConnectionContext Context, PeerIdentity Identity, EndPoint EndPoint) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
