using AspireKv.Cli.Output;

namespace AspireKv.Cli.Gateway;

/// <summary>A token that somebody else got.</summary>
internal sealed class GivenToken : ITokenSource
{
    private readonly string _token;

    /// <param name="token">The token; white space around it is none of it.</param>
    /// <param name="origin">Where it came from, for the message.</param>
    /// <exception cref="CommandFailedException">It is none. The message does not repeat it.</exception>
    public GivenToken(string token, string origin)
    {
        _token = token.Trim();
        if (!IsToken(_token))
        {
            throw new CommandFailedException(ExitCode.Refused, $"what {origin} holds is no access token.");
        }
    }

    public bool CanRenew => false;

    public Task<string> GetAsync(GatewayTransport transport, CancellationToken cancellationToken) => Task.FromResult(_token);

    /// <summary>The characters that a token in a header may have (RFC 6750, 2.1).</summary>
    public static bool IsToken(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c, StringComparison.Ordinal));
}
