namespace AspireKv.LocalHost.Dashboard;

/// <summary>The dashboard's buttons for a project, under the names that Aspire gives them.</summary>
internal static class ResourceCommands
{
    public static readonly IReadOnlyList<Command> All =
    [
        new("start", "Start", "Start the process.", "Play", ResourceStates.IsTerminal, static runner => runner.StartAsync()),
        new("stop", "Stop", "Stop the process.", "Stop", static state => !ResourceStates.IsTerminal(state), static runner => runner.StopAsync()),
        new("restart", "Restart", "Stop the process, then start it.", "ArrowCounterclockwise", static state => !ResourceStates.IsTerminal(state), RestartAsync),
    ];

    /// <summary><c>IsOffered</c>: whether it makes sense in a state.</summary>
    internal sealed record Command(
        string Name, string Label, string Description, string Icon, Func<string, bool> IsOffered, Func<ProjectRunner, Task> RunAsync);

    public static Command? Find(string name) => All.FirstOrDefault(command => command.Name == name);

    private static async Task RestartAsync(ProjectRunner runner)
    {
        await runner.StopAsync();
        await runner.StartAsync();
    }
}
