using System.Runtime.InteropServices;

namespace AspireKv.AppHost.Chaos;

internal static partial class UnixSignals
{
    public static bool TrySend(int processId, Signal signal) => Kill(processId, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
