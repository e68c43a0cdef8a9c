namespace AspireKv.AppHost.Tests.Model;

public sealed class CommandArgumentsTests
{
    [Theory]
    [InlineData]
    [InlineData("--nodes", "3", "--data-root=/tmp/x")]
    [InlineData("--operation", "run", "--environment", "Development", "--DcpPublisher:RandomizePorts", "false")]
    [InlineData("--ASPNETCORE_URLS", "http://localhost:1", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:2")]
    public void FindProblem_ArgumentsThatMeanSomething_IsNone(params string[] args) => Assert.Null(CommandArguments.FindProblem(args));

    [Theory]
    [InlineData("'--node'", "--node", "3")]
    [InlineData("'--node'", "--nodes", "3", "--node=4")]
    [InlineData("'foo'", "foo", "bar")]
    [InlineData("'foo'", "--nodes", "3", "foo")]
    [InlineData("'nodes=3'", "nodes=3")]
    [InlineData("'-n'", "-n", "3")]
    [InlineData("'--nodes' has no value", "--nodes")]
    [InlineData("'--operation publish' is not possible", "--operation", "publish")]
    [InlineData("'--Operation inspect' is not possible", "--Operation=inspect")]
    [InlineData("'--urls'", "--urls", "http://localhost:1")]
    public void FindProblem_ArgumentThatMeansNothing_NamesItInOneLine(string said, params string[] args)
    {
        var problem = CommandArguments.FindProblem(args);

        Assert.NotNull(problem);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Usage_NamesEveryOption() =>
        Assert.All(ClusterSettings.OptionNames, name => Assert.Contains($"--{name} ", CommandArguments.Usage, StringComparison.Ordinal));
}
