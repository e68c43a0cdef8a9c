using System.Net;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// The listener for those who operate a service, apart from the addresses of those who use it. The server marks each connection that comes
/// by this listener: nothing that a client sends makes a request an operator's.
/// </summary>
/// <param name="address">Where it listens; null for nowhere.</param>
internal sealed class ManagementListener(ListenAddress? address)
{
    /// <summary>
    /// Connections held at a time, wherever they come from; counted apart, so that no crowd at the service's own addresses keeps an
    /// operator out, and taken from the descriptors that <see cref="FileDescriptors.Reserve"/> leaves to the service.
    /// </summary>
    public const int MaxConnections = 64;

    /// <summary>The key of the <see cref="ConnectionLimiter"/> of this listener.</summary>
    public const string LimiterKey = "management";

    private const string Option = $"{ManagementOptions.SectionName}:{nameof(ManagementOptions.Url)}";

    private static readonly Mark OfThisListener = new();

    public ListenAddress? Address => address;

    /// <param name="configuration">What is set.</param>
    /// <param name="others">The service's own addresses.</param>
    /// <exception cref="StartUpException">The address cannot be listened on as it is written, or is no address apart.</exception>
    public static ManagementListener Read(IConfiguration configuration, IReadOnlyList<ListenAddress> others)
    {
        if (configuration[Option]?.Trim() is not { Length: > 0 } text)
        {
            return new ManagementListener(null);
        }

        var address = ListenAddress.Parse(text, Option);
        if (address.IsHttps)
        {
            throw new StartUpException($"{Option} is '{text}'; the management listener takes plain HTTP only: give it a private address.");
        }

        return others.FirstOrDefault(other => other.Port == address.Port && other.Port != 0) is { } other
            ? throw new StartUpException($"{Option} is '{text}', and {other.Text} has that port already; give it one of its own.")
            : new ManagementListener(address);
    }

    /// <summary>Whether a request came by this listener.</summary>
    public static bool IsSourceOf(HttpContext context) => context.Features.Get<Mark>() is not null;

    /// <summary>Names the option for the case that the system does not open the listener.</summary>
    public void Name(ListenerNames names)
    {
        if (address is not null)
        {
            foreach (var host in address.Host is { } one ? (IPAddress[])[one] : [IPAddress.IPv6Any, IPAddress.Any])
            {
                names.Add(new IPEndPoint(host, address.Port), Option);
            }
        }
    }

    /// <summary>Opens the listener, if there is one.</summary>
    public void Open(KestrelServerOptions server)
    {
        if (address is not null)
        {
            server.Listen(address, static listen =>
            {
                listen.LimitConnections(static services => services.GetRequiredKeyedService<ConnectionLimiter>(LimiterKey));
                listen.Use(static next => connection =>
                {
                    connection.Features.Set(OfThisListener);
                    return next(connection);
                });
            });
        }
    }

    /// <summary>Says where what operators want to know is served, or that it is not.</summary>
    public void Announce(ILogger logger, bool isDevelopment)
    {
        if (address is not null)
        {
            Log.Manageable(logger, address.Text);
        }
        else if (!isDevelopment)
        {
            Log.Unmanageable(logger);
        }
    }

    /// <summary>The feature of a connection that came by this listener; requests see the features of their connection.</summary>
    private sealed class Mark;
}
