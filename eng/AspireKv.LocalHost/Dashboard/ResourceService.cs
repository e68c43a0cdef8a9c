using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace AspireKv.LocalHost.Dashboard;

/// <summary>Answers the dashboard: which resources there are, what they print, and its buttons. Streams end when the host stops.</summary>
internal sealed class ResourceService(
    LocalHostSettings settings, ResourceBoard board, IReadOnlyList<ProjectRunner> runners, IHostApplicationLifetime lifetime)
    : DashboardService.DashboardServiceBase
{
    public override Task<ApplicationInformationResponse> GetApplicationInformation(
        ApplicationInformationRequest request, ServerCallContext context) =>
        Task.FromResult(new ApplicationInformationResponse { ApplicationName = settings.ApplicationName });

    public override Task WatchResources(
        WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> responseStream, ServerCallContext context) =>
        StreamAsync(context, async cancellationToken =>
        {
            var (snapshots, version) = board.Since(0);
            await responseStream.WriteAsync(WireMapping.Initial(snapshots), cancellationToken);
            while (true)
            {
                await board.WaitForChangeAsync(version, cancellationToken);
                (snapshots, version) = board.Since(version);
                await responseStream.WriteAsync(WireMapping.Changes(snapshots), cancellationToken);
            }
        });

    public override Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request, IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream, ServerCallContext context) =>
        StreamAsync(context, async cancellationToken =>
        {
            if (Find(request.ResourceName) is not { } runner)
            {
                return;
            }

            var last = 0;
            while (true)
            {
                var lines = runner.Output.After(last);
                if (lines.Count > 0)
                {
                    last = lines[^1].Number;
                    await responseStream.WriteAsync(WireMapping.Lines(lines), cancellationToken);
                }

                if (request.SuppressFollow)
                {
                    return;
                }

                await runner.Output.WaitForMoreAsync(last, cancellationToken);
            }
        });

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        if (Find(request.ResourceName) is not { } runner || ResourceCommands.Find(request.CommandName) is not { } command)
        {
            return new() { Kind = ResourceCommandResponseKind.Failed, Message = $"There is no {request.CommandName} for {request.ResourceName}." };
        }

        await command.RunAsync(runner);
        return new() { Kind = ResourceCommandResponseKind.Succeeded };
    }

    public override Task WatchInteractions(
        IAsyncStreamReader<InteractionMessage> requestStream, IServerStreamWriter<InteractionMessage> responseStream, ServerCallContext context) =>
        StreamAsync(context, async cancellationToken =>
        {
            while (await requestStream.MoveNext(cancellationToken))
            {
                // We never ask anything, so there is nothing to answer.
            }
        });

    private ProjectRunner? Find(string name) => runners.FirstOrDefault(runner => runner.Identity.Name == name);

    private async Task StreamAsync(ServerCallContext context, Func<CancellationToken, Task> write)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await write(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or we stop.
        }
    }
}
