using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Tests.World;
using AspireKv.StorageNode.Topology;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.StorageNode.Tests.Topology;

public sealed class RemovalTests : IAsyncDisposable
{
    private readonly TestNode _node = new TestNode().TakePart(replicas: 3);
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly int _exitCode = Environment.ExitCode;

    /// <summary>Whoever supervises the process is to start it again in one of the cases alone.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task NodeThatIsRemoved_Ends(bool wasLetIn, int exitCode)
    {
        _node.Lives.LetsIn = wasLetIn;
        using var removal = await StartAsync();

        _node.Topology.Believe(_node.Topology.Current!.Without(_node.Self.Id));

        await Stopped().WaitAsync(Patience.Limit);
        Assert.Equal(exitCode, Environment.ExitCode);
    }

    [Fact]
    public async Task NodeThatStays_GoesOn()
    {
        using var removal = await StartAsync();

        Assert.True(_node.Topology.Believe(_node.Topology.Current!.Without(new NodeId(3))));
        await removal.StopAsync(default);

        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    public ValueTask DisposeAsync()
    {
        Environment.ExitCode = _exitCode;
        return _node.DisposeAsync();
    }

    private async Task<Removal> StartAsync()
    {
        var removal = new Removal(_node.Topology, _node.Self, _node.Lives, _lifetime, NullLogger<Removal>.Instance);
        await removal.StartAsync(default);
        return removal;
    }

    private Task Stopped()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lifetime.ApplicationStopping.Register(stopped.SetResult);
        return stopped.Task;
    }
}
