using AspireKv.StorageNode.Peers;

namespace AspireKv.StorageNode.Inbox;

/// <summary>Connects this node to the others once there is somebody who takes their answers.</summary>
internal sealed class LinkOpener(PeerLinks links, ResponseDispatcher answers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        links.Start(answers);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
