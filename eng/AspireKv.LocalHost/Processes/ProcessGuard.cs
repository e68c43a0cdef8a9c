using System.Diagnostics;

namespace AspireKv.LocalHost.Processes;

/// <summary>
/// Ends our children should we be killed with no chance to do it: a shell that reads process ids from a pipe, and whose pipe ends when
/// we do, whatever ends us. Without a shell (Windows) there is no guard.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    // Only a process id that was added and not taken away again is signalled, so a recycled id is in no danger.
    private const string Script = """
        trap '' INT TERM HUP
        pids=
        while read -r op pid; do
          case $op in
            +) pids="$pids $pid" ;;
            -) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done; pids=$rest ;;
          esac
        done
        [ -z "$pids" ] && exit 0
        kill -TERM $pids 2>/dev/null
        for second in 1 2 3 4 5 6; do
          alive=
          for p in $pids; do kill -0 "$p" 2>/dev/null && alive=1; done
          [ -z "$alive" ] && exit 0
          sleep 1
        done
        kill -KILL $pids 2>/dev/null
        """;

    private const string Shell = "/bin/sh";

    private readonly Lock _gate = new();
    private readonly Process? _shell;

    public ProcessGuard()
    {
        if (OperatingSystem.IsWindows() || !File.Exists(Shell))
        {
            return;
        }

        _shell = Process.Start(new ProcessStartInfo(Shell, ["-c", Script]) { RedirectStandardInput = true, UseShellExecute = false });
    }

    public void Watch(int processId) => Tell('+', processId);

    public void Forget(int processId) => Tell('-', processId);

    /// <summary>Ends the guard; it ends whatever it still watches.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _shell?.StandardInput.Dispose();
        }

        _shell?.Dispose();
    }

    private void Tell(char operation, int processId)
    {
        lock (_gate)
        {
            try
            {
                _shell?.StandardInput.Write($"{operation} {processId}\n");
                _shell?.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody ended the guard. The children are still ours to stop.
            }
            catch (ObjectDisposedException)
            {
                // A child ended after the guard was let go.
            }
        }
    }
}
