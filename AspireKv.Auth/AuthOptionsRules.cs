using AspireKv.AccessTokens;
using AspireKv.Auth.Accounts;
using AspireKv.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

/// <summary>The rules that span options or depend on the environment.</summary>
internal sealed class AuthOptionsRules(IHostEnvironment environment, IOptions<AccessTokenOptions> tokens) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var failures = new List<string>();
        if (TrustedNetworks.FindFault(options.TrustedGateways) is { } wrong)
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

        if (options.LifetimeIn(environment) > tokens.Value.MaxLifetime)
        {
            failures.Add($"tokens would live for {options.LifetimeIn(environment)} (Auth:AccessTokenLifetime), but longer than AccessTokens:MaxLifetime, {tokens.Value.MaxLifetime}, is refused");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
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
