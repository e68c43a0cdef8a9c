using System.ComponentModel;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AspireKv.AppHost;

/// <summary>Tells what whoever starts the AppHost can mend, when it does not start, from what is a fault of ours.</summary>
internal static class StartFault
{
    private const string Logging = "Microsoft.Extensions.Logging.Configuration";
    private const string TimeoutArgument = "--dcp-dependency-check-timeout";

    private const string OrchestratorCheck = "Application orchestrator";

    /// <summary>How a line of a stack trace names a method of ours.</summary>
    private const string OurFrame = " AspireKv.";

    /// <summary>How one names the run, below which everything of Aspire's happens and nothing of ours.</summary>
    private const string RunFrame = $" AspireKv.AppHost.{nameof(ApplicationRun)}.";

    /// <summary>One line that says what is wrong, or null when the one who starts the AppHost cannot mend it.</summary>
    public static string? Explain(Exception exception) => Reason(exception)?.ReplaceLineEndings(" ");

    private static string? Reason(Exception exception) => exception switch
    {
        // Tasks that failed together; where one of them is a fault of ours all of them are shown.
        AggregateException several when several.InnerExceptions.All(static inner => Reason(inner) is not null) =>
            string.Join(" ", several.InnerExceptions.Select(Reason).Distinct()),
        _ when IsOurs(exception) => null,
        // A log level that there is not; the message has the level only.
        InvalidOperationException { Source: Logging } => $"Logging:LogLevel: {exception.Message}",
        // Aspire calls the setting by a name that nobody can give.
        InvalidOperationException when exception.Message.Contains(TimeoutArgument, StringComparison.Ordinal) =>
            exception.Message.Replace(TimeoutArgument, "DcpPublisher:DependencyCheckTimeout", StringComparison.Ordinal),
        DistributedApplicationException when exception.Message.StartsWith(OrchestratorCheck, StringComparison.Ordinal) =>
            $"{exception.Message.TrimEnd()} The orchestrator is the one of Aspire's package, or where DcpPublisher:CliPath says.",
        // The host says where it looked and nothing else.
        DirectoryNotFoundException when Path.IsPathRooted(exception.Message) => $"contentRoot: there is no directory {exception.Message}.",
        OptionsValidationException validation => string.Join(" ", validation.Failures),
        // A configuration file that is no JSON; the innermost message has the line.
        InvalidDataException { InnerException: FormatException } => $"{exception.Message} {exception.GetBaseException().Message}",
        // Aspire, the host and the binder of options throw these for what they are configured with, and name the setting in the message.
        DistributedApplicationException or InvalidOperationException or IOException or UnauthorizedAccessException or SocketException
            or Win32Exception or FormatException or ArgumentException or TimeoutException => exception.Message,
        _ => null,
    };

    private static bool IsOurs(Exception exception) => exception.StackTrace is { } trace && trace.Split('\n').Any(static line =>
        line.Contains(OurFrame, StringComparison.Ordinal) && !line.Contains(RunFrame, StringComparison.Ordinal));
}
