namespace AspireKv.LocalHost;

/// <summary>The states of a resource, in the dashboard's words.</summary>
internal static class ResourceStates
{
    public const string NotStarted = "NotStarted";
    public const string Waiting = "Waiting";
    public const string Starting = "Starting";
    public const string Running = "Running";
    public const string Stopping = "Stopping";
    public const string Finished = "Finished";
    public const string Exited = "Exited";
    public const string FailedToStart = "FailedToStart";

    /// <summary>No process is there, and none will be until somebody asks for it.</summary>
    public static bool IsTerminal(string state) => state is NotStarted or Finished or Exited or FailedToStart;
}
