using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AspireKv.AppHost;

/// <summary>
/// Outside Development, which is what runs without the launch profile, the auth service refuses to start without an account. Its reason
/// would stand in its own log alone, while the gateway waits for it: better that the AppHost says so in one line.
/// </summary>
internal static class LoginCheck
{
    /// <summary>One line when nobody could log in; otherwise null.</summary>
    public static string? FindProblem(IHostEnvironment environment, IConfiguration configuration, DataRoot dataRoot) =>
        environment.IsDevelopment()
            || !(string.IsNullOrEmpty(configuration["Auth:Administrator:Email"])
                || string.IsNullOrEmpty(configuration["Auth:Administrator:Password"]))
            || File.Exists(Path.Combine(dataRoot.DirectoryOf("auth"), "accounts.db"))
            ? null
            : $"The environment is {environment.EnvironmentName}, where a login needs a password, and there is no account yet: set "
                + "Auth__Administrator__Email and Auth__Administrator__Password, or DOTNET_ENVIRONMENT=Development to let everybody "
                + "on this machine in.";
}
