using System.Runtime.InteropServices;

namespace AspireKv.LocalHost.Processes;

/// <summary>kill(2), which .NET offers only as "end at once".</summary>
internal static partial class UnixSignals
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Does nothing when the process is gone.</summary>
    public static void Send(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <inheritdoc cref="Send"/>
    public static void SendToGroup(int leaderProcessId, int signal) => _ = SendSignal(-leaderProcessId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
