using System.Net;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;

namespace AspireKv.Cli.Gateway;

/// <summary>Asks and orders in the name of an account. What is not answered with success ends the command.</summary>
/// <param name="transport">Carries requests and answers.</param>
/// <param name="tokens">Where access tokens come from.</param>
internal sealed class GatewayClient(GatewayTransport transport, ITokenSource tokens)
{
    private string? _token;

    /// <exception cref="CommandFailedException">It was refused, or no answer came.</exception>
    public async Task<GatewayAnswer> SendAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        _token ??= await tokens.GetAsync(transport, cancellationToken);
        var answer = await transport.SendAsync(request, _token, cancellationToken);
        if (answer.Status == HttpStatusCode.Unauthorized && tokens.CanRenew && ProblemReply.Read(answer.Body).Code == "token_expired")
        {
            // Refused before any work, so that an order is not given twice. Tokens live for minutes, a watch for hours.
            _token = await tokens.GetAsync(transport, cancellationToken);
            answer = await transport.SendAsync(request, _token, cancellationToken);
        }

        return answer.IsSuccess ? answer : throw GatewayRefusal.Of(answer, _token);
    }

    /// <inheritdoc cref="SendAsync"/>
    public Task<GatewayAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(GatewayRequest.Get(path), cancellationToken);
}
