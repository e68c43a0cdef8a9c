using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>Sends the signals for which .NET has no call.</summary>
internal static partial class Signals
{
    private const int SigTerm = 15;

    public static void Terminate(int processId)
    {
        if (SendSignal(processId, SigTerm) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"SIGTERM could not be sent to process {processId}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
