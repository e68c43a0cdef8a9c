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
    private const string Kestrel = "Kestrel";

    /// <summary>What the server reads of its section for addresses that are named in code. Anything else it passes over.</summary>
    private const string TakenOfKestrel = "Certificates";

    /// <summary>Whether only programs of this machine reach it.</summary>
    public bool IsLoopback => IsLocalhost || (Host is not null && IPAddress.IsLoopback(Host));

    /// <summary>
    /// The addresses of the configuration: <c>urls</c>, or else <c>http_ports</c> and <c>https_ports</c>. The server's own
    /// <c>Kestrel:Endpoints</c> is refused: it takes a name that it does not know for every address of the machine. So is whatever else the
    /// server does not read, such as <c>Kestrel:Limits</c>.
    /// </summary>
    /// <param name="configuration">What is set.</param>
    /// <param name="defaultUrl">The address where none is configured; null for none.</param>
    /// <exception cref="StartUpException">One of them cannot be listened on as it is written.</exception>
    public static IReadOnlyList<ListenAddress> Read(IConfiguration configuration, string? defaultUrl = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetSection(Kestrel).GetChildren().FirstOrDefault(static section =>
                !section.Key.Equals(TakenOfKestrel, StringComparison.OrdinalIgnoreCase)) is { } refused)
        {
            throw new StartUpException(
                $"{refused.Path} is not taken: addresses are given by --urls or ASPNETCORE_URLS, limits by the service's own options.");
        }

        var urls = Pieces(configuration, WebHostDefaults.ServerUrlsKey);
        if (urls.Length == 0)
        {
            urls =
            [
                .. Pieces(configuration, WebHostDefaults.HttpPortsKey).Select(static port => $"{Http}*:{port}"),
                .. Pieces(configuration, WebHostDefaults.HttpsPortsKey).Select(static port => $"{Https}*:{port}"),
            ];
        }

        return [.. (urls.Length == 0 && defaultUrl is not null ? [defaultUrl] : urls).Select(static url => Parse(url, ListenerNames.Urls))];
    }

    private static string[] Pieces(IConfiguration configuration, string key) =>
        (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Reads one address.</summary>
    /// <param name="text">The address as configured.</param>
    /// <param name="option">Where it is configured, as an operator knows it.</param>
    /// <exception cref="StartUpException">It cannot be listened on as it is written.</exception>
    internal static ListenAddress Parse(string text, string option)
    {
        var isHttps = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith(Http, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(text, option, "an address begins with http:// or https://");
        }

        var rest = text[(isHttps ? Https : Http).Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            throw Refused(text, option, "a port from 0 to 65535 must stand at its end, and addresses are separated by semicolons");
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
                : throw Refused(text, option, "localhost is two addresses, which share no free port; write 127.0.0.1");
        }

        return TryParseHost(host, out var address)
            ? new ListenAddress(text, isHttps, address, IsLocalhost: false, port)
            : throw Refused(text, option, "the host must be an IP address (of IPv6 in brackets), localhost, or * for every address");
    }

    /// <summary>An address of IPv4 has four parts here: "1" is read as 0.0.0.1 elsewhere.</summary>
    private static bool TryParseHost(string host, out IPAddress address)
    {
        var isBracketed = host[0] == '[' && host[^1] == ']';
        address = IPAddress.None;
        return (isBracketed ? host.Contains(':', StringComparison.Ordinal) : host.Count(static character => character == '.') == 3)
            && IPAddress.TryParse(host, out address!);
    }

    private static StartUpException Refused(string text, string option, string rule) =>
        new($"'{text}' is no address to listen on ({option}): {rule}.");
}
