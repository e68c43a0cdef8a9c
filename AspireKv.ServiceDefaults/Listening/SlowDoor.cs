using System.Net;
using Microsoft.AspNetCore.Connections;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// Where a service listens that has to talk to whoever connects before it knows whether to admit him, which it does by
/// <see cref="Admit"/>.
/// </summary>
/// <param name="endpoint">The address and the port.</param>
/// <param name="maxUndecided">How many connections may be neither admitted nor closed; asked when the listener is opened.</param>
public sealed class SlowDoor(IPEndPoint endpoint, Func<int> maxUndecided) : IPEndPoint(endpoint.Address, endpoint.Port)
{
    internal Func<int> MaxUndecided => maxUndecided;

    /// <summary>Lets the listener go on as if the connection were none of those it waits for.</summary>
    public static void Admit(ConnectionContext connection) => connection.Features.Get<AcceptedConnection>()?.Admit(onClosed: null);
}
