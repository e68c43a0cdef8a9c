using System.Net;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;

namespace AspireKv.Cli.Gateway;

/// <summary>What an answer without success means for whoever gave the command.</summary>
internal static class GatewayRefusal
{
    private const string OutcomeUnknown = "outcome_unknown";

    /// <param name="answer">The answer.</param>
    /// <param name="secret">What the message must not repeat, though the answer does: the token or the password.</param>
    public static CommandFailedException Of(GatewayAnswer answer, string? secret)
    {
        var problem = ProblemReply.Read(answer.Body);
        var code = problem.Code ?? $"http_{(int)answer.Status}";
        var detail = problem.Detail ?? problem.Error
            ?? $"{answer.Request.Method} /{answer.Request.Path} was answered so, without a reason.";
        var message = $"{code}: {detail}";
        return new CommandFailedException(
            ExitCodeOf(answer, code),
            string.IsNullOrEmpty(secret) ? message : message.Replace(secret, "***", StringComparison.Ordinal));
    }

    /// <summary>
    /// 503 says that nothing was changed. Any other fault of a server may have come after the order was carried out, also one of something
    /// that stands before the gateway.
    /// </summary>
    private static ExitCode ExitCodeOf(GatewayAnswer answer, string code) => (int)answer.Status switch
    {
        _ when code == OutcomeUnknown => ExitCode.Unknown,
        < 500 => ExitCode.Refused,
        (int)HttpStatusCode.ServiceUnavailable => ExitCode.NotReachable,
        _ => answer.Request.IsOrder ? ExitCode.Unknown : ExitCode.NotReachable,
    };
}
