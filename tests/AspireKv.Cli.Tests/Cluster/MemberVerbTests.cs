using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Cluster;

public sealed class MemberVerbTests
{
    [Fact]
    public async Task Members_AreATable()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("members");

        ended.AssertDone();
        Assert.Equal(
            """
            Node  Name   State   Liveness  Holds  Leads  Learners  Address
               1  node1  active  alive       256     86         0  10.0.0.1:7101
               2  node2  active  alive       256     85         0  10.0.0.2:7101
               3  node3  active  suspect     256     85         2  10.0.0.3:7101
               4  node4  idle    -             0      0         0  -

            """,
            ended.Out);
    }

    [Fact]
    public async Task Members_NameThatATerminalWouldObey_IsShownOnly()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(
            "GET /v1/admin/members",
            Reply.Json(SampleBodies.Members.Replace("\"node1\"", "\"[red]a\\u001b[2J\\n\\u202e\"", StringComparison.Ordinal)));

        var ended = await new Akv(gateway).RunAsync("members");

        ended.AssertDone();
        Assert.Equal(5, ended.Lines.Count);
        Assert.StartsWith("   1  [red]a?[2J??  active", ended.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announce_PutsTheName()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("announce 6 node6");

        ended.AssertDone();
        Assert.Equal("Node 6 is announced as node6. The topology is 13.3.\n", ended.Out);
        var seen = gateway.Only("PUT /v1/admin/members/6");
        Assert.Equal(("""{"name":"node6"}""", "application/json; charset=utf-8"), (seen.Body, seen.ContentType));
    }

    [Fact]
    public async Task Forget_DeletesTheMember()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("forget 6");

        ended.AssertDone();
        Assert.Equal("Node 6 is announced no more. The topology is 14.3.\n", ended.Out);
        gateway.Only("DELETE /v1/admin/members/6");
    }

    [Theory]
    [InlineData("announce 0 node")]
    [InlineData("announce 65536 node")]
    [InlineData("announce six node")]
    [InlineData("announce 6")]
    [InlineData("forget -1")]
    [InlineData("forget")]
    public async Task Members_NumberThatIsNone_IsRefusedUnasked(string line)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync(line);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Matches(@"^akv: [^\n]+\n$", ended.Error);
        Assert.Empty(gateway.Seen);
    }

    [Theory]
    [InlineData("members", SampleBodies.Members)]
    [InlineData("tombstones", SampleBodies.Tombstones)]
    [InlineData("announce 6 node6", """{"version":13,"generation":3}""")]
    [InlineData("forget 6", """{"version":14,"generation":3}""")]
    public async Task Verb_Json_PrintsTheBodyAsItCame(string line, string body)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync($"{line} --json");

        ended.AssertDone();
        Assert.Equal(body + "\n", ended.Out);
    }

    [Fact]
    public async Task Tombstones_HeldBack_AreToldByNode()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("tombstones");

        ended.AssertDone();
        Assert.Equal(
            """
            1,310 tombstones, 1,204 held back.
            Warning: node3 did not answer.

            Node  Name   Reason  Partitions  Tombstones  Since
               3  node3  dead           171       1,204  2026-03-01 09:12:44Z

            """,
            ended.Out);
    }

    [Fact]
    public async Task Tombstones_NotAllCounted_SaysSo()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On("GET /v1/admin/tombstones", Reply.Json(
            """{"tombstones":1,"held":0,"heldBy":[],"unanswered":[],"uncountedPartitions":3}"""));

        var ended = await new Akv(gateway).RunAsync("tombstones");

        ended.AssertDone();
        Assert.Equal(["1 tombstone, 0 held back.", "Warning: 3 partitions were counted by nobody: there may be more."], ended.Lines);
    }
}
