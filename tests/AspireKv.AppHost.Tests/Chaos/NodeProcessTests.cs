using System.Diagnostics;
using AspireKv.AppHost.Chaos;

namespace AspireKv.AppHost.Tests.Chaos;

public sealed class NodeProcessTests : IDisposable
{
    private const string Program = "/bin/sleep";
    private const string DataDirectory = "/data/node1";

    private readonly Process _process;

    public NodeProcessTests()
    {
        var start = new ProcessStartInfo(Program) { ArgumentList = { "60" } };
        start.Environment["Node__DataDirectory"] = DataDirectory;
        _process = Process.Start(start)!;
    }

    [Fact]
    public async Task TrySignal_Each_DoesWhatItSays()
    {
        var found = Find(Program, DataDirectory)!;

        Assert.True(found.TrySignal(Signal.Stop));
        await Eventually.TrueAsync(() => found.IsPaused, "the process is paused");
        Assert.True(found.TrySignal(Signal.Continue));
        await Eventually.TrueAsync(() => !found.IsPaused, "the process goes on");
        Assert.True(found.TrySignal(Signal.Kill));
        await Eventually.CompletesAsync(_process.WaitForExitAsync(), "the process ends");
        Assert.False(found.TrySignal(Signal.Kill));
        Assert.Null(Find(Program, DataDirectory));
    }

    [Theory]
    [InlineData("/bin/other", DataDirectory)]
    [InlineData(Program, "/data/node2")]
    public void Find_AnotherProgramOrNode_IsNull(string program, string dataDirectory) => Assert.Null(Find(program, dataDirectory));

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private NodeProcess? Find(string program, string dataDirectory) => NodeProcess.Find(
        new CustomResourceSnapshot { ResourceType = "Project", Properties = [new("executable.pid", _process.Id)] }, program, dataDirectory);
}
