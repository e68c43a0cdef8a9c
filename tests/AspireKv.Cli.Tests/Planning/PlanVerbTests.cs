using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Planning;

public sealed class PlanVerbTests : IDisposable
{
    private const string PlanRoute = "POST /v1/admin/plans";
    private const string CommitRoute = "POST /v1/admin/plans/3-a1b2c3d4/commit";
    private const string Committed = "Committed 3-a1b2c3d4. The topology is 13.4; follow it with: akv progress --watch";

    private readonly ScratchFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Plan_IsShownAndChangesNothing()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("plan add 4");

        ended.AssertDone();
        Assert.Equal(
            """
            Plan 3-a1b2c3d4 for generation 3: 192 partitions move, 192 copies to make, about 230,400 entries and 192.0 MiB.
            Each partition will be on 3 nodes.

            Node  State   Holds  Will hold  Leads  Will lead
               1  active    256        192     86         64
               2  active    256        192     85         64
               3  active    256        192     85         64
               4  active      0        192      0         64

            Partition  From   To     Entries     Size
                   12  1,2,3  1,4,3    1,200  1.0 MiB
                   17  2,1,3  4,2,3        0      0 B

            Warning: node 4 answers no node yet.

            Nothing was changed. Give --commit to carry it out.

            """,
            ended.Out);
        Assert.Equal(PlanRoute, Assert.Single(gateway.Seen).Route);
    }

    [Fact]
    public async Task Plan_OfManyMoves_ShowsSomeAndSaysSo()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var moves = string.Join(',', Enumerable.Range(0, 22).Select(id =>
            $$"""{"partition":{{id}},"from":[1],"to":[2],"entries":0,"bytes":0}"""));
        gateway.On(PlanRoute, Reply.Json(
            $$"""
            {"id":"1-a","generation":1,"wishes":[],"replicationFactor":1,"members":[],"moves":[{{moves}}],
            "totals":{"partitions":22,"copies":22,"entries":0,"bytes":0},"warnings":[]}
            """));

        var ended = await new Akv(gateway).RunAsync("plan drain 1");

        Assert.Contains("       19  1", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("       20  1", ended.Out, StringComparison.Ordinal);
        Assert.Contains("\n... and 2 moves more; --json shows them all.\n", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Json_IsTheBodyAsItCame()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("plan add 4 --json");

        ended.AssertDone();
        Assert.Equal(SampleBodies.Plan + "\n", ended.Out);
    }

    [Fact]
    public async Task Plan_Refused_IsOneLine()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(PlanRoute, Reply.Problem(422, "unknown_node", "Node 4 is no member."));

        var ended = await new Akv(gateway).RunAsync("plan add 4 --commit --yes");

        ended.AssertFailed(1, "unknown_node: Node 4 is no member.");
    }

    [Theory]
    [InlineData("y")]
    [InlineData("Yes\n")]
    public async Task Commit_ConfirmedOnATerminal_IsCarriedOut(string answer)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { HasPeople = true, Input = answer }.RunAsync("plan add 4 --commit");

        Assert.Equal((0, "Commit this plan? [y/N] "), (ended.ExitCode, ended.Error));
        Assert.Equal(Committed, ended.Lines[^1]);
        Assert.Equal(SampleBodies.Plan, gateway.Only(CommitRoute).Body);
    }

    [Theory]
    [InlineData("n")]
    [InlineData("\n")]
    [InlineData("")]
    [InlineData("yesterday")]
    public async Task Commit_NotConfirmed_IsDeclined(string answer)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { HasPeople = true, Input = answer }.RunAsync("plan add 4 --commit");

        Assert.Equal((1, "Commit this plan? [y/N] akv: declined; nothing was committed.\n"), (ended.ExitCode, ended.Error));
        Assert.Equal(PlanRoute, Assert.Single(gateway.Seen).Route);
    }

    [Fact]
    public async Task Commit_WithYes_AsksNobody()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("plan add 4 --commit --yes");

        ended.AssertDone();
        Assert.Equal(Committed, ended.Lines[^1]);
        gateway.Only(CommitRoute);
    }

    [Theory]
    [InlineData(
        "plan add 4 --commit",
        "a commit is confirmed on a terminal, and this is none: give --yes, or keep the plan and use 'akv commit'.")]
    [InlineData("plan add 4 --yes", "--yes confirms a commit: give --commit with it.")]
    public async Task Commit_WithoutATerminal_IsRefusedUnasked(string line, string error)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { Input = "y" }.RunAsync(line);

        ended.AssertFailed(1, error);
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task Commit_Json_PrintsBothAnswers()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("plan add 4 --commit --yes --json");

        ended.AssertDone();
        Assert.Equal($"{SampleBodies.Plan}\n{SampleBodies.Change(13, 4)}\n", ended.Out);
    }

    [Fact]
    public async Task Commit_OutcomeUnknown_SaysSo()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(CommitRoute, Reply.Problem(504, "outcome_unknown", "Read the topology, or repeat the order."));

        var ended = await new Akv(gateway).RunAsync("plan add 4 --commit --yes");

        Assert.Equal((2, "akv: outcome_unknown: Read the topology, or repeat the order.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Out_KeepsThePlan_AndCommitTakesIt()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var file = _files.Path("plan.json");

        var planned = await new Akv(gateway).RunAsync("plan", "add", "4", "--out", file);
        var ended = await new Akv(gateway).RunAsync("commit", file);

        Assert.Equal($"Nothing was changed. Carry it out with: akv commit {file}", planned.AssertDone().Lines[^1]);
        Assert.Equal([Committed], ended.AssertDone().Lines);
        Assert.Equal(SampleBodies.Plan + "\n", gateway.Only(CommitRoute).Body);
    }

    [Fact]
    public async Task Out_ThatCannotBeWritten_CommitsNothing()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("plan", "add", "4", "--commit", "--yes", "--out", _files.Path("none/plan.json"));

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^akv: '[^\n]+plan\.json' cannot be written \([^\n]+\)\n$", ended.Error);
        Assert.Equal(PlanRoute, Assert.Single(gateway.Seen).Route);
    }

    [Fact]
    public async Task CommitVerb_OfTheStandardInput_TakesWhatPlanPrinted()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var planned = await new Akv(gateway).RunAsync("plan add 4 --json");

        var ended = await new Akv(gateway) { Input = planned.Out }.RunAsync("commit - --json");

        ended.AssertDone();
        Assert.Equal(SampleBodies.Change(13, 4) + "\n", ended.Out);
    }

    [Fact]
    public async Task CommitVerb_TopologyChanged_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.On(CommitRoute, Reply.Problem(409, "topology_changed", "The generation is 5, not 3."));

        var ended = await new Akv(gateway).RunAsync("commit", _files.Write("plan.json", SampleBodies.Plan));

        ended.AssertFailed(1, "topology_changed: The generation is 5, not 3.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"1-a"}""")]
    [InlineData("""{"wishes":[]}""")]
    [InlineData("""{"id":"..","wishes":[]}""")]
    [InlineData("""{"id":"","wishes":[]}""")]
    [InlineData("""{"id":"a/b","wishes":[]}""")]
    [InlineData("Plan 3-a1b2c3d4 for generation 3")]
    public async Task CommitVerb_OfSomethingElse_IsRefusedUnasked(string text)
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway) { Input = text }.RunAsync("commit -");

        ended.AssertFailed(1, "the standard input holds no plan: keep one with 'akv plan ... --out FILE'.");
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task CommitVerb_OfAMissingFile_IsRefused()
    {
        await using var gateway = await FakeGateway.StartAsync();

        var ended = await new Akv(gateway).RunAsync("commit", _files.Path("none"));

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^akv: '[^\n]+' cannot be read \([^\n]+\)\n$", ended.Error);
    }
}
