using System.Net;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Issuing;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Api;

/// <summary>
/// POST /login: an access token for whoever can prove an account. Read as JSON whatever the content type says, because
/// <c>curl -d</c> calls everything a form.
/// </summary>
internal sealed class LoginHandler(
    ICredentialCheck credentials, AccessTokenIssuer issuer, AuthMetrics metrics, ILogger<LoginHandler> logger)
{
    /// <summary>An address of 254 and a password of 128 characters, each of them escaped, fit.</summary>
    public const int MaxBodyBytes = 4096;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await LoginAnswers.ErrorAsync(context, HttpStatusCode.MethodNotAllowed, "use POST");
            return;
        }

        try
        {
            await LogInAsync(context);
        }
        catch (BadHttpRequestException exception)
        {
            metrics.LoggedIn(LoginOutcome.Malformed);
            await (exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLongAsync(context)
                : LoginAnswers.ErrorAsync(context, (HttpStatusCode)exception.StatusCode, "the body could not be read"));
        }
        catch (Exception exception) when (exception is SqliteException or InvalidDataException)
        {
            Log.LoginFailed(logger, exception);
            await LoginAnswers.ErrorAsync(context, HttpStatusCode.InternalServerError, "the login could not be checked");
        }
    }

    private async Task LogInAsync(HttpContext context)
    {
        if (await ReadBodyAsync(context) is not { } body)
        {
            metrics.LoggedIn(LoginOutcome.Malformed);
            await TooLongAsync(context);
            return;
        }

        if (LoginRequest.Read(body, out var error) is not { } request)
        {
            metrics.LoggedIn(LoginOutcome.Malformed);
            await LoginAnswers.ErrorAsync(context, HttpStatusCode.BadRequest, error);
            return;
        }

        if (credentials.NeedsPassword && request.Password is null)
        {
            metrics.LoggedIn(LoginOutcome.Malformed);
            await LoginAnswers.ErrorAsync(context, HttpStatusCode.BadRequest, "the member \"password\" is needed");
            return;
        }

        // No address: a transport without one, such as the in-memory server of tests.
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var verdict = await credentials.CheckAsync(request.Email, request.Password ?? "", address, context.RequestAborted);
        metrics.LoggedIn(verdict.Outcome);
        if (verdict.Outcome != LoginOutcome.Success)
        {
            Log.LoginRefused(logger, request.Email, address, verdict.Outcome);
        }

        await AnswerAsync(context, request.Email, address, verdict);
    }

    private Task AnswerAsync(HttpContext context, EmailAddress email, IPAddress address, CredentialVerdict verdict)
    {
        switch (verdict.Outcome)
        {
            case LoginOutcome.Success:
                var issued = issuer.Issue(email);
                Log.TokenIssued(logger, issued.Id, email, address);
                return LoginAnswers.TokenAsync(context, issued.Token);
            case LoginOutcome.Refused:
                return LoginAnswers.ErrorAsync(context, HttpStatusCode.Unauthorized, "unknown e-mail or wrong password");
            case LoginOutcome.Throttled:
                return LoginAnswers.TooManyAsync(
                    context, verdict.RetryAfter, "too many logins for this account or from this address: try again later");
            case LoginOutcome.Busy:
                return LoginAnswers.TooManyAsync(context, verdict.RetryAfter, "too many logins at the moment: try again");
            default:
                throw new InvalidOperationException($"A credential check does not end with {verdict.Outcome}.");
        }
    }

    private static Task TooLongAsync(HttpContext context) =>
        LoginAnswers.ErrorAsync(context, HttpStatusCode.RequestEntityTooLarge, $"the body is longer than {MaxBodyBytes} bytes");

    /// <summary>Null when it is too long. The length a client announces is not believed.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length <= MaxBodyBytes ? new ReadOnlyMemory<byte>(buffer, 0, length) : (ReadOnlyMemory<byte>?)null;
    }
}
