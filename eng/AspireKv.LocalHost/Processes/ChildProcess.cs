using System.Diagnostics;

namespace AspireKv.LocalHost.Processes;

/// <summary>A process that we started. Disposing does not end it: stop it first.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>As long as Aspire gives a service between asking it to stop and ending it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Process _process;
    private readonly bool _leadsGroup;
    private readonly TimeProvider _time;

    public ChildProcess(Process process, bool leadsGroup, ProcessGuard guard, TimeProvider time, Action<string, bool> onLine)
    {
        _process = process;
        _leadsGroup = leadsGroup;
        _time = time;
        Id = process.Id;
        guard.Watch(Id);
        process.OutputDataReceived += (_, line) => Write(line.Data, false);
        process.ErrorDataReceived += (_, line) => Write(line.Data, true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        Exited = WaitForExitAsync(guard);

        void Write(string? text, bool isError)
        {
            if (text is not null)
            {
                onLine(text, isError);
            }
        }
    }

    public int Id { get; }

    /// <summary>Completes with the exit code once the process has ended and its output was read.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks the process to stop, and ends it when it has not after <see cref="Patience"/>.</summary>
    public async Task StopAsync()
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            UnixSignals.Send(Id, UnixSignals.Terminate);
            try
            {
                await Exited.WaitAsync(Patience, _time);
                return;
            }
            catch (TimeoutException)
            {
                // Then the hard way, below: a store has to survive that anyway.
            }
        }

        Kill();
        await Exited;
    }

    public void Dispose() => _process.Dispose();

    private void Kill()
    {
        if (_leadsGroup)
        {
            UnixSignals.SendToGroup(Id, UnixSignals.Kill);
        }
        else if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private async Task<int> WaitForExitAsync(ProcessGuard guard)
    {
        await _process.WaitForExitAsync();
        guard.Forget(Id);
        return _process.ExitCode;
    }
}
