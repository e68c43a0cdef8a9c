using System.CommandLine;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;

namespace AspireKv.Cli.Verbs;

/// <summary>
/// The options of every verb: which gateway, who asks, and in which form. An option is stronger than a variable of the environment. A
/// secret is never an argument, which every process of the machine can read.
/// </summary>
internal static class CommonOptions
{
    private const string GatewayVariable = "AKV_GATEWAY";
    private const string TokenVariable = "AKV_TOKEN";
    private const string EmailVariable = "AKV_EMAIL";
    private const string PasswordVariable = "AKV_PASSWORD";
    private const string DefaultGateway = "http://localhost:3000";

    private static readonly Option<string> Gateway = new("--gateway")
    {
        Description = $"The gateway's address ({GatewayVariable}; else {DefaultGateway}).",
        HelpName = "URL",
        Recursive = true,
    };

    private static readonly Option<string> TokenFile = new("--token-file")
    {
        Description = $"A file whose first line is an access token (else {TokenVariable} holds one).",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string> Email = new("--email")
    {
        Description = $"The account to log in with ({EmailVariable}).",
        HelpName = "E-MAIL",
        Recursive = true,
    };

    private static readonly Option<string> PasswordFile = new("--password-file")
    {
        Description = $"A file whose first line is the password (else {PasswordVariable} holds it, or the terminal is asked).",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the gateway's JSON as it came.",
        Recursive = true,
    };

    public static void AddTo(Command root)
    {
        foreach (var option in new Option[] { Gateway, TokenFile, Email, PasswordFile, Json })
        {
            root.Options.Add(option);
        }
    }

    public static bool WantsJson(ParseResult arguments) => arguments.GetValue(Json);

    /// <exception cref="CommandFailedException">It is no address of a gateway.</exception>
    public static Uri GatewayOf(ParseResult arguments, CliHost host)
    {
        var text = arguments.GetValue(Gateway) ?? host.Variable(GatewayVariable) ?? DefaultGateway;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            // The text is not repeated: whoever puts a password into an address means it to be one.
            throw new CommandFailedException(
                ExitCode.Refused, $"the gateway's address (--gateway, {GatewayVariable}) must be http://HOST:PORT or https://HOST:PORT.");
        }

        return uri;
    }

    /// <exception cref="CommandFailedException">Nobody is named, or a file cannot be read.</exception>
    public static ITokenSource TokensOf(ParseResult arguments, CliHost host)
    {
        var (tokenFile, email) = (arguments.GetValue(TokenFile), arguments.GetValue(Email));
        if (tokenFile is not null && email is not null)
        {
            throw new CommandFailedException(ExitCode.Refused, "--token-file and --email name two accounts: give one of them.");
        }

        if (tokenFile is not null)
        {
            return new GivenToken(SecretFile.Read(tokenFile), $"'{tokenFile}'");
        }

        if (email is null && host.Variable(TokenVariable) is { } token)
        {
            return new GivenToken(token, TokenVariable);
        }

        email ??= host.Variable(EmailVariable) ?? throw new CommandFailedException(
            ExitCode.Refused,
            $"no account: set {TokenVariable} or {EmailVariable}, or give --token-file or --email.");
        var password = arguments.GetValue(PasswordFile) is { } file ? SecretFile.Read(file) : host.Variable(PasswordVariable);
        return new Login(email, password, host.Terminal);
    }
}
