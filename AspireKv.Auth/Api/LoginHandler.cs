using System.Net;
using AspireKv.Auth.Accounts;
using AspireKv.Auth.Issuing;
using AspireKv.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Data.Sqlite;

namespace AspireKv.Auth.Api;

/// <summary>
/// POST /login: an access token for whoever can prove an account. Read as JSON whatever the content type says, because
/// <c>curl -d</c> calls everything a form.
/// </summary>
internal sealed class LoginHandler(
    ICredentialCheck credentials, AccessTokenIssuer issuer, AuthMetrics metrics, TimeProvider time, ILogger<LoginHandler> logger)
{
    /// <summary>An address of 254 and a password of 128 characters, each of them escaped, fit.</summary>
    public const int MaxBodyBytes = 4096;

    /// <summary>
    /// Wrong passwords are bounded by the limits, and each has its line. What costs its sender nothing has one line a second, so that
    /// nobody chooses which lines the log has no room for.
    /// </summary>
    private readonly TokenBucket _lines = new(perSecond: 1, time);

    /// <summary>Whether the warning about forwarded addresses was written; changed with Interlocked.</summary>
    private int _warned;

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
        catch (IOException)
        {
            // The server's reader of bodies says so of a chunk whose size is no number that it can hold.
            metrics.LoggedIn(LoginOutcome.Malformed);
            await LoginAnswers.ErrorAsync(context, HttpStatusCode.BadRequest, "the body could not be read");
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
        WarnOfStrangeGateway(context, address);
        var verdict = await credentials.CheckAsync(request.Email, request.Password ?? "", address, context.RequestAborted);
        metrics.LoggedIn(verdict.Outcome);
        if (verdict.Outcome == LoginOutcome.Refused || (verdict.Outcome != LoginOutcome.Success && _lines.TryTake()))
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
                return LoginAnswers.ErrorAsync(context, HttpStatusCode.Unauthorized, credentials.Refusal);
            case LoginOutcome.Throttled:
                return LoginAnswers.TooManyAsync(
                    context, verdict.RetryAfter, "too many failed logins for this account or from this address: try again later");
            case LoginOutcome.Unavailable:
                return LoginAnswers.UnavailableAsync(context, verdict.RetryAfter, "the accounts cannot be read at the moment: try again");
            case LoginOutcome.Busy:
                return LoginAnswers.TooManyAsync(context, verdict.RetryAfter, "too many logins at the moment: try again");
            default:
                throw new InvalidOperationException($"A credential check does not end with {verdict.Outcome}.");
        }
    }

    /// <summary>The header of a gateway that is trusted was read and taken away before.</summary>
    private void WarnOfStrangeGateway(HttpContext context, IPAddress address)
    {
        if (context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
            && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            Log.ForwardedByStranger(logger, address);
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
