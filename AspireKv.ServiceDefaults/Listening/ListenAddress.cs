using System.Globalization;
using System.Net;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.Listening;

/// <summary>
/// An address that a service listens on, exactly as it is written. The server itself listens on every address of the machine where it does
/// not know a host, and on port 80 where it cannot read a port; here both are refused.
/// </summary>
/// <param name="Text">The address as configured.</param>
/// <param name="IsHttps">Whether it asks for TLS.</param>
/// <param name="Host">An IP address; null for every address of the machine, and for <see cref="IsLocalhost"/>.</param>
/// <param name="IsLocalhost">Both loopback addresses.</param>
/// <param name="Port">The port; 0 for a free one.</param>
public sealed record ListenAddress(string Text, bool IsHttps, IPAddress? Host, bool IsLocalhost, int Port)
{
    private const string Http = "http://";
    private const string Https = "https://";
    private const string KestrelEndpoints = "Kestrel:Endpoints";

    /// <summary>Whether only programs of this machine reach it.</summary>
    public bool IsLoopback => IsLocalhost || (Host is not null && IPAddress.IsLoopback(Host));

    /// <summary>
    /// The addresses of the configuration: <c>urls</c>, or else <c>http_ports</c> and <c>https_ports</c>. The server's own
    /// <c>Kestrel:Endpoints</c> is refused: it takes a name that it does not know for every address of the machine.
    /// </summary>
    /// <exception cref="StartUpException">One of them cannot be listened on as it is written.</exception>
    public static IReadOnlyList<ListenAddress> Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetSection(KestrelEndpoints).GetChildren().Any())
        {
            throw new StartUpException($"{KestrelEndpoints} is not taken: give the addresses by --urls or ASPNETCORE_URLS.");
        }

        var urls = Pieces(configuration, WebHostDefaults.ServerUrlsKey);
        return urls.Length > 0
            ? [.. urls.Select(Parse)]
            :
            [
                .. Pieces(configuration, WebHostDefaults.HttpPortsKey).Select(static port => Parse($"{Http}*:{port}")),
                .. Pieces(configuration, WebHostDefaults.HttpsPortsKey).Select(static port => Parse($"{Https}*:{port}")),
            ];
    }

    private static string[] Pieces(IConfiguration configuration, string key) =>
        (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ListenAddress Parse(string text)
    {
        var isHttps = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith(Http, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(text, "an address begins with http:// or https://");
        }

        var rest = text[(isHttps ? Https : Http).Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            throw Refused(text, "a port from 0 to 65535 must stand at its end, and addresses are separated by semicolons");
        }

        var host = rest[..colon];
        if (host is "*" or "+")
        {
            return new ListenAddress(text, isHttps, Host: null, IsLocalhost: false, port);
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return port > 0
                ? new ListenAddress(text, isHttps, Host: null, IsLocalhost: true, port)
                : throw Refused(text, "localhost is two addresses, which share no free port; write 127.0.0.1");
        }

        return TryParseHost(host, out var address)
            ? new ListenAddress(text, isHttps, address, IsLocalhost: false, port)
            : throw Refused(text, "the host must be an IP address (of IPv6 in brackets), localhost, or * for every address");
    }

    /// <summary>An address of IPv4 has four parts here: "1" is read as 0.0.0.1 elsewhere.</summary>
    private static bool TryParseHost(string host, out IPAddress address)
    {
        var isBracketed = host[0] == '[' && host[^1] == ']';
        address = IPAddress.None;
        return (isBracketed ? host.Contains(':', StringComparison.Ordinal) : host.Count(static character => character == '.') == 3)
            && IPAddress.TryParse(host, out address!);
    }

    private static StartUpException Refused(string text, string rule) =>
        new($"'{text}' is no address to listen on (urls, ASPNETCORE_URLS): {rule}.");
}
