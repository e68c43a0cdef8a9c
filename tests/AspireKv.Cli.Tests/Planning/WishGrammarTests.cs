using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Planning;

public sealed class WishGrammarTests
{
    [Theory]
    [InlineData("add 4", """{"op":"add","node":4}""")]
    [InlineData("drain 65535", """{"op":"drain","node":65535}""")]
    [InlineData("remove 2", """{"op":"remove","node":2}""")]
    [InlineData("replace 2 --by 5", """{"op":"replace","node":2,"by":5}""")]
    [InlineData("--by 5 replace 2", """{"op":"replace","node":2,"by":5}""")]
    [InlineData("replication 5", """{"op":"replication","factor":5}""")]
    [InlineData("system 1,3,5", """{"op":"system","nodes":[1,3,5]}""")]
    [InlineData("order", """{"op":"order"}""")]
    [InlineData("add 4 add 5", """{"op":"add","node":4},{"op":"add","node":5}""")]
    [InlineData(
        "order replace 2 --by 5 add 7 replace 3 --by 6 drain 1",
        """
        {"op":"order"},{"op":"replace","node":2,"by":5},{"op":"add","node":7},{"op":"replace","node":3,"by":6},{"op":"drain","node":1}
        """)]
    [InlineData(
        "replace 2 replace 3 --by=5 --by=6", """{"op":"replace","node":2,"by":5},{"op":"replace","node":3,"by":6}""")]
    public async Task Wishes_AreSentInOrder(string words, string wishes)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync($"plan {words}");

        ended.AssertDone();
        Assert.Equal($$"""{"wishes":[{{wishes}}]}""", Assert.Single(gateway.Seen).Body);
    }

    [Theory]
    [InlineData("add", "'add' takes a node's number, 1 to 65535.")]
    [InlineData("add four", "'add' takes a node's number, 1 to 65535, not 'four'.")]
    [InlineData("drain 0", "'drain' takes a node's number, 1 to 65535, not '0'.")]
    [InlineData("remove 65536", "'remove' takes a node's number, 1 to 65535, not '65536'.")]
    [InlineData("add 4 5", "'5' is no wish. ")]
    [InlineData("replace 2", "'replace 2' needs the node that takes its place: replace 2 --by N.")]
    [InlineData("replace 2 replace 3 --by 5", "'replace 3' needs the node that takes its place: replace 3 --by N.")]
    [InlineData("replace 2 --by x", "'--by' takes a node's number, 1 to 65535, not 'x'.")]
    [InlineData("add 4 --by 5", "--by belongs to a replace, and there is none for --by 5.")]
    [InlineData("replication 0", "'replication' takes the number of nodes that hold each partition, not '0'.")]
    [InlineData("system", "'system' takes a node's number, 1 to 65535.")]
    [InlineData("system 1,,3", "'system' takes a node's number, 1 to 65535.")]
    [InlineData("grow 4", "'grow' is no wish. ")]
    public async Task Wishes_ThatMeanNothing_AreRefusedUnasked(string words, string error)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync($"plan {words}");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith($"akv: {error}", ended.Error, StringComparison.Ordinal);
        Assert.Equal(1, ended.Error.Count(c => c == '\n'));
        Assert.Empty(gateway.Seen);
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public async Task Wishes_AreAtMost64(int count, int exitCode)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(["plan", .. Enumerable.Repeat("order", count)]);

        Assert.Equal(exitCode, ended.ExitCode);
    }
}
