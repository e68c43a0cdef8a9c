using System.Net;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>The rules that span options or depend on the environment.</summary>
internal sealed class AuthOptionsRules(IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var failures = new List<string>();
        if (options.TrustedGateways.FirstOrDefault(gateway => !TryParseNetwork(gateway, out _)) is { } wrong)
        {
            failures.Add($"Auth:TrustedGateways has '{wrong}', which is neither an IP address nor a network like 10.0.0.0/8");
        }

        if (!environment.IsDevelopment())
        {
            if (options.AccessTokenLifetime > AuthOptions.LongestLifetime)
            {
                failures.Add($"Auth:AccessTokenLifetime is above {AuthOptions.LongestLifetime}, which is allowed in Development only");
            }

            AddAdministratorFailures(options.Administrator, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Whose word on a client's address is taken. The options must be valid.</summary>
    public static IEnumerable<IPNetwork> GatewayNetworks(AuthOptions options)
    {
        IEnumerable<string> gateways = options.TrustedGateways.Count > 0 ? options.TrustedGateways : ["127.0.0.0/8", "::1"];
        return gateways.Select(gateway => TryParseNetwork(gateway, out var network)
            ? network
            : throw new FormatException($"'{gateway}' is neither an address nor a network"));
    }

    /// <summary>One address is the network of just that address.</summary>
    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }

    /// <summary>Neither being set is right once an account exists; <see cref="AdministratorAccount"/> decides about that.</summary>
    private static void AddAdministratorFailures(AdministratorOptions administrator, List<string> failures)
    {
        var (hasEmail, hasPassword) = (!string.IsNullOrEmpty(administrator.Email), !string.IsNullOrEmpty(administrator.Password));
        if (hasEmail != hasPassword)
        {
            failures.Add("Auth:Administrator:Email and Auth:Administrator:Password belong together: set both");
            return;
        }

        if (hasEmail && !EmailAddress.TryParse(administrator.Email, out _))
        {
            failures.Add("Auth:Administrator:Email is not an e-mail address");
        }

        if (hasPassword && PasswordRules.FindFault(administrator.Password!) is { } fault)
        {
            failures.Add($"Auth:Administrator:Password {fault}");
        }
    }
}
