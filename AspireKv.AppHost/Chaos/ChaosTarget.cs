using AspireKv.AppHost.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.AppHost.Chaos;

/// <summary>A storage node as a target of signals.</summary>
internal sealed class ChaosTarget(ClusterMember member, string dataDirectory)
{
    private static readonly TimeSpan TakesEffectWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private static readonly ResourceStateSnapshot Paused = new(NodeCommands.PausedState, KnownResourceStateStyles.Warn);
    private static readonly ResourceStateSnapshot Running = new(KnownResourceStates.Running, KnownResourceStateStyles.Success);

    private readonly string _program = member.Node.Resource.Annotations.OfType<ExecutableAnnotation>().Last().Command;

    public Task<ExecuteCommandResult> KillAsync(ExecuteCommandContext context) =>
        SignalAsync(context, Signal.Kill, state: null, "was killed (SIGKILL)");

    public Task<ExecuteCommandResult> PauseAsync(ExecuteCommandContext context) =>
        SignalAsync(context, Signal.Stop, Paused, "is paused (SIGSTOP)");

    public Task<ExecuteCommandResult> ResumeAsync(ExecuteCommandContext context) =>
        SignalAsync(context, Signal.Continue, Running, "goes on (SIGCONT)");

    /// <summary>Enabled while there is a process of which the condition holds.</summary>
    public ResourceCommandState StateOf(UpdateCommandStateContext context, Func<NodeProcess, bool> condition) =>
        Find(context.ResourceSnapshot) is { } process && condition(process) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    /// <summary>Sends a signal to the node's process and says so.</summary>
    /// <param name="context">The command that was clicked.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="state">The state that the dashboard shows from now on; null where Aspire sees it for itself.</param>
    /// <param name="done">What has happened to the node then.</param>
    private async Task<ExecuteCommandResult> SignalAsync(
        ExecuteCommandContext context, Signal signal, ResourceStateSnapshot? state, string done)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(member.Name, out var current)
            || Find(current.Snapshot) is not { } process
            || !process.TrySignal(signal))
        {
            return CommandResults.Failure($"{member.Name} has no running process.");
        }

        if (state is not null)
        {
            await WaitAsync(process, isPaused: signal == Signal.Stop, context.CancellationToken);
            await notifications.PublishUpdateAsync(member.Node.Resource, snapshot => snapshot with { State = state });
        }

        return CommandResults.Success($"{member.Name}, process {process.Id}, {done}.");
    }

    /// <summary>A signal is delivered a moment later; which commands are enabled is asked when the state is published.</summary>
    private static async Task WaitAsync(NodeProcess process, bool isPaused, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (process.IsPaused != isPaused && TimeProvider.System.GetElapsedTime(begin) < TakesEffectWithin)
        {
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
        }
    }

    private NodeProcess? Find(CustomResourceSnapshot snapshot) => NodeProcess.Find(snapshot, _program, dataDirectory);
}
