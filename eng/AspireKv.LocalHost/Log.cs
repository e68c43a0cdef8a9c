using Microsoft.Extensions.Logging;

namespace AspireKv.LocalHost;

/// <summary>Events of the local host, 6000 to 6999.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information,
        "local host: Aspire.Hosting is not available from this machine's package source; a small development stand-in runs {Application} instead.")]
    public static partial void Started(ILogger logger, string application);

    [LoggerMessage(6001, LogLevel.Information, "Login to the dashboard at {Url}")]
    public static partial void DashboardReady(ILogger logger, string url);

    [LoggerMessage(6002, LogLevel.Warning,
        "There is no dashboard: the build could not get it with npm (it comes so for Linux x64 only). The cluster works without. Install Node.js with npm and build again, or set ASPIRE_DASHBOARD_PATH to an aspire-managed program.")]
    public static partial void NoDashboard(ILogger logger);

    [LoggerMessage(6003, LogLevel.Warning, "The dashboard did not start ({Reason}). The cluster runs without it. Its last line: {LastLine}")]
    public static partial void DashboardFailed(ILogger logger, string reason, string lastLine);

    [LoggerMessage(6004, LogLevel.Warning,
        "Port {Port} is in use, so there is no dashboard ({Purpose}). Stop what uses it, or choose another port with {Setting}.")]
    public static partial void DashboardPortInUse(ILogger logger, int port, string purpose, string setting);

    [LoggerMessage(6010, LogLevel.Information, "{Resource} waits for {Dependency}.")]
    public static partial void Waiting(ILogger logger, string resource, string dependency);

    [LoggerMessage(6011, LogLevel.Information, "{Resource} started as process {ProcessId}{Urls}.")]
    public static partial void ProcessStarted(ILogger logger, string resource, int processId, string urls);

    [LoggerMessage(6012, LogLevel.Information, "{Resource} is healthy.")]
    public static partial void Healthy(ILogger logger, string resource);

    [LoggerMessage(6013, LogLevel.Information, "{Resource} stopped.")]
    public static partial void Stopped(ILogger logger, string resource);

    [LoggerMessage(6014, LogLevel.Error, "{Resource} ended by itself with exit code {ExitCode}. Its last lines: {LastLines}")]
    public static partial void ProcessEnded(ILogger logger, string resource, int exitCode, string lastLines);

    [LoggerMessage(6015, LogLevel.Error, "{Resource} could not be started: {Reason}")]
    public static partial void FailedToStart(ILogger logger, string resource, string reason);

    [LoggerMessage(6016, LogLevel.Information, "Every resource is healthy after {Seconds:0.0} s. Press Ctrl+C to stop.")]
    public static partial void AllHealthy(ILogger logger, double seconds);

    [LoggerMessage(6017, LogLevel.Information, "Stopping every process.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(6018, LogLevel.Information, "Every process has stopped, after {Seconds:0.0} s.")]
    public static partial void AllStopped(ILogger logger, double seconds);
}
