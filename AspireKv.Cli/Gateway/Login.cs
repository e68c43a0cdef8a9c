using System.Net;
using System.Text.Json;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;

namespace AspireKv.Cli.Gateway;

/// <summary>
/// Logs an account in. Without a password it tries the e-mail address alone, which is enough in Development, and asks for the password
/// when the gateway wants one.
/// </summary>
/// <param name="email">The account.</param>
/// <param name="password">The password, or null where none was given.</param>
/// <param name="terminal">Where the password can be asked for.</param>
internal sealed class Login(string email, string? password, Terminal terminal) : ITokenSource
{
    private const string Path = "login";

    private string? _password = password;

    public bool CanRenew => true;

    public async Task<string> GetAsync(GatewayTransport transport, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(transport, cancellationToken);
        if (answer.Status == HttpStatusCode.BadRequest && _password is null && terminal.CanAsk)
        {
            _password = await Prompt.AskSecretAsync(terminal, $"Password of {Plain.Of(email)}", cancellationToken);
            answer = await SendAsync(transport, cancellationToken);
        }

        if (!answer.IsSuccess)
        {
            throw GatewayRefusal.Of(answer, _password);
        }

        var token = answer.Read(LoginReplyJson.Default.LoginReply).Token;
        return GivenToken.IsToken(token)
            ? token
            : throw new CommandFailedException(ExitCode.NotReachable, "the gateway answered the login with something that is no token.");
    }

    private Task<GatewayAnswer> SendAsync(GatewayTransport transport, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new LoginBody { Email = email, Password = _password }, LoginReplyJson.Default.LoginBody);
        return transport.SendAsync(new GatewayRequest(HttpMethod.Post, Path) { Body = body }, token: null, cancellationToken);
    }
}
