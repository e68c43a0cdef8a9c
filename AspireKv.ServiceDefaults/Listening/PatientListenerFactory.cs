using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>Opens the server's listeners as the server itself would, and lets none of them run ahead of what closes connections.</summary>
internal sealed class PatientListenerFactory(IOptions<SocketTransportOptions> options, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>How many connections may wait for the <see cref="ConnectionLimiter"/>, which decides at once.</summary>
    public const int MaxUndecided = 8;

    private readonly SocketTransportFactory _sockets = new(options, loggers);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PatientListener(
            await _sockets.BindAsync(endpoint, cancellationToken), (endpoint as SlowDoor)?.MaxUndecided() ?? MaxUndecided);
}
