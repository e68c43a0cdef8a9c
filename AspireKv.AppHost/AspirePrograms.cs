using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>
/// Aspire's orchestrator and dashboard. Both lie in packages; whoever has others says where, and by a wrong path Aspire would end with a
/// stack trace that names no setting.
/// </summary>
internal static class AspirePrograms
{
    private static readonly string[] Files = ["DcpPublisher:CliPath", "DcpPublisher:DashboardPath", "ASPIRE_DASHBOARD_PATH"];

    /// <summary>One line about the first path that does not lead to a file; null when all do.</summary>
    public static string? FindProblem(IConfiguration configuration)
    {
        foreach (var setting in Files)
        {
            if (configuration[setting] is { Length: > 0 } file && !File.Exists(file))
            {
                return $"{setting} is '{file}', and there is no such file: give the path of the program, or leave it out.";
            }
        }

        const string OrchestratorDirectory = "ASPIRE_DCP_PATH";
        return configuration[OrchestratorDirectory] is { Length: > 0 } directory && !Directory.Exists(directory)
            ? $"{OrchestratorDirectory} is '{directory}', and there is no such directory: give another, or leave it out."
            : null;
    }
}
