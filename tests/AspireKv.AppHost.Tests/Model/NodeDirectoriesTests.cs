namespace AspireKv.AppHost.Tests.Model;

public sealed class NodeDirectoriesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void SetAside_Twice_KeepsBothUnderNamesThatNoNodeHas()
    {
        Fill("node4", "first");
        var first = NodeDirectories.SetAside(_directory.Path, 4, Now);
        Fill("node4", "second");

        var second = NodeDirectories.SetAside(_directory.Path, 4, Now);

        Assert.Equal(("node4.removed-20260102T020405Z", "node4.removed-20260102T020405Z-2"), (first, second));
        Assert.Equal("first", File.ReadAllText(_directory.Combine(first!, "content")));
        Assert.Equal("second", File.ReadAllText(_directory.Combine(second!, "content")));
        Assert.Empty(NodeDirectories.List(_directory.Path));
        Assert.Null(NodeDirectories.SetAside(_directory.Path, 4, Now));
    }

    [Fact]
    public void List_OtherDirectoriesToo_FindsThoseOfNodes()
    {
        foreach (var name in (string[])["node1", "node12", "node", "node01", "node-1", "node3.removed-20260102T020405Z", "auth"])
        {
            Directory.CreateDirectory(_directory.Combine(name));
        }

        Assert.Equal([1, 12], NodeDirectories.List(_directory.Path).Order());
        Assert.Empty(NodeDirectories.List(_directory.Combine("nowhere")));
    }

    [Fact]
    public void HoldFounding_OneNodeThatStoredIt_IsTrue()
    {
        Fill("node1", "nothing");
        Assert.False(NodeDirectories.HoldFounding(_directory.Path));

        Directory.CreateDirectory(_directory.Combine("node2"));
        File.WriteAllText(_directory.Combine("node2", "founding"), "");

        Assert.True(NodeDirectories.HoldFounding(_directory.Path));
    }

    public void Dispose() => _directory.Dispose();

    private void Fill(string name, string content)
    {
        Directory.CreateDirectory(_directory.Combine(name));
        File.WriteAllText(_directory.Combine(name, "content"), content);
    }
}
