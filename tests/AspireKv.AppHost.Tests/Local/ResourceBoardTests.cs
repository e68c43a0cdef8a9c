using AspireKv.LocalHost;

namespace AspireKv.AppHost.Tests.Local;

public sealed class ResourceBoardTests
{
    private readonly ResourceBoard _board = new();

    [Fact]
    public void Since_ResourceChangedOften_GivesItsNewestStateOnce()
    {
        _board.Post(Snapshot("node1", ResourceStates.Starting));
        var (_, version) = _board.Since(0);
        _board.Post(Snapshot("node1", ResourceStates.Running));
        _board.Post(Snapshot("node1", ResourceStates.Stopping));
        _board.Post(Snapshot("node1", ResourceStates.Finished));

        var (changed, _) = _board.Since(version);

        Assert.Equal(ResourceStates.Finished, Assert.Single(changed).State);
    }

    [Fact]
    public void Since_NothingChanged_IsEmpty()
    {
        _board.Post(Snapshot("node1", ResourceStates.Running));
        var (_, version) = _board.Since(0);

        Assert.Empty(_board.Since(version).Snapshots);
    }

    [Fact]
    public async Task WaitForChange_PostedBeforeTheWait_IsNotMissed()
    {
        var (_, version) = _board.Since(0);
        _board.Post(Snapshot("node1", ResourceStates.Running));

        await _board.WaitForChangeAsync(version, CancellationToken.None).WaitAsync("a change that is there already");
    }

    [Fact]
    public async Task WaitForChange_PostedDuringTheWait_EndsIt()
    {
        var (_, version) = _board.Since(0);
        var waiting = _board.WaitForChangeAsync(version, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _board.Post(Snapshot("node1", ResourceStates.Running));

        await waiting.WaitAsync("the change");
    }

    private static ResourceSnapshot Snapshot(string name, string state) =>
        new(name + "-x", name, "Project", DateTimeOffset.UnixEpoch) { State = state };
}
