using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>The addresses of other services, as they are configured.</summary>
internal static class DialledAddresses
{
    private const string Section = "services";
    private const string SchemeEnd = "://";

    /// <summary>By the names of endpoints, what an address looks like.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.OrdinalIgnoreCase)
    {
        ["peer"] = "tcp://HOST:PORT",
        ["http"] = "http://HOST:PORT",
        ["https"] = "https://HOST:PORT",
    };

    /// <summary>
    /// A sentence about the first address in the configuration that nobody can dial, among the endpoints that services of ours have; null
    /// where there is none. Service discovery itself takes any text, and says nothing.
    /// </summary>
    public static string? FindFault(IConfiguration configuration) => configuration.GetSection(Section).GetChildren()
        .SelectMany(static service => service.GetChildren())
        .Where(static endpoint => Examples.ContainsKey(endpoint.Key))
        .SelectMany(static endpoint => endpoint.GetChildren().Select(address => (Address: address, Example: Examples[endpoint.Key])))
        .Where(static found => !CanBeDialled(found.Address.Value ?? "", found.Example))
        .Select(static found =>
            $"{found.Address.Path} is '{found.Address.Value}'; it must be an address with a port, such as {found.Example}.")
        .FirstOrDefault();

    /// <summary>An address may be without a scheme, and then it has a port. HTTP has a port of its own, and no other scheme.</summary>
    private static bool CanBeDialled(string text, string example)
    {
        var hasScheme = text.Contains(SchemeEnd, StringComparison.Ordinal);
        return Uri.TryCreate(hasScheme ? text : $"tcp{SchemeEnd}{text}", UriKind.Absolute, out var uri)
            && uri is { Port: > 0, Host.Length: > 0 }
            && (!hasScheme || !example.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal)
                || uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
    }
}
