using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>Sends the signals for which .NET has no call.</summary>
internal static partial class Signals
{
    private const int SigTerm = 15;
    private static readonly int SigStop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int SigContinue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Terminate(int processId) => Send(processId, SigTerm, nameof(SigTerm));

    /// <summary>Halts every thread of the process, as a long garbage collection or a frozen virtual machine does.</summary>
    public static void Pause(int processId) => Send(processId, SigStop, nameof(SigStop));

    public static void Resume(int processId) => Send(processId, SigContinue, nameof(SigContinue));

    private static void Send(int processId, int signal, string name)
    {
        if (SendSignal(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{name} could not be sent to process {processId}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
