using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.Tests.StartUp;

/// <summary>What means nothing is named and refused. The program here is the assembly of the defaults, with its options.</summary>
[Collection(nameof(Console))]
public sealed class ServiceProgramTests
{
    private static readonly ServiceProgram Program = new("service", typeof(ServiceProgram).Assembly)
    {
        Commands = [new("mend", [], "Mends."), new("set", ["NAME"], "Sets.")],
    };

    [Theory]
    [InlineData("--Telemetry:TraceRatio=0.5")]
    [InlineData("--Telemetry:TraceRatio", "0.5")]
    [InlineData("--telemetry:traceratio=0.5")]
    [InlineData("--environment=Development", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Debug")]
    [InlineData("--services:auth:http:0=http://127.0.0.1:5080")]
    [InlineData("--Telemetry=", "--Telemetry:TraceRatio=0.5")]
    [InlineData("mend")]
    [InlineData("set", "foo", "--Telemetry:TraceRatio=0.5")]
    public async Task Run_ArgumentsThatMeanSomething_Runs(params string[] args) => Assert.Equal((0, "", true), await RunAsync(args));

    [Theory]
    [InlineData("'foo'", "foo", "bar")]
    [InlineData("'foo'", "--Telemetry:TraceRatio=0.5", "foo")]
    [InlineData("'men' is no argument (did you mean 'mend'?)", "men")]
    [InlineData("'mend'", "--Telemetry:TraceRatio=0.5", "mend")]
    [InlineData("'more'", "mend", "more")]
    [InlineData("'set' is used as 'set NAME'", "set")]
    [InlineData("'set' is used as 'set NAME'", "set", "--Telemetry:TraceRatio=0.5")]
    [InlineData("'--node' is no option", "--node", "3")]
    [InlineData("'--Telemetry' is no option", "--Telemetry=3")]
    [InlineData("(did you mean 'Telemetry:TraceRatio'?)", "--Telemetry:TraceRato=3")]
    [InlineData("'--Telemetry__TraceRatio' is no option", "--Telemetry__TraceRatio=3")]
    [InlineData("'--Telemetry:TraceRatio' has no value", "--Telemetry:TraceRatio")]
    [InlineData("'Telemetry:TraceRatio=1'", "Telemetry:TraceRatio=1")]
    [InlineData("'-v'", "-v")]
    public async Task Run_ArgumentThatMeansNothing_IsNamedInOneLine(string said, params string[] args)
    {
        var (exitCode, errors, hasRun) = await RunAsync(args);

        Assert.Equal((1, false), (exitCode, hasRun));
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("The service cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("mend", "--help")]
    [InlineData("foo", "--help")]
    public async Task Run_Help_PrintsTheUsageAndEndsWell(params string[] args)
    {
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            Assert.Equal((0, "", false), await RunAsync(args));
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Contains("AspireKv.ServiceDefaults set NAME", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Telemetry:TraceRatio", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Telemetry:TraceRatio")]
    [InlineData("TELEMETRY:TRACERATIO")]
    [InlineData("Storage:Wal:LimitBytes")] // another service's
    [InlineData("PATH")]
    [InlineData("Telemetry")]
    [InlineData("Shelf:Book")]
    public void RefuseUnknownOptions_KnownOrNotOurs_IsFine(string key) => Program.RefuseUnknownOptions(With(key));

    [Theory]
    [InlineData("Telemetry:TraceRatoi", "did you mean Telemetry:TraceRatio?")]
    [InlineData("Telemetry:Nothing", "Telemetry:Nothing is no option")]
    [InlineData("Telemetry:TraceRatio:Deeper", "Telemetry:TraceRatio")]
    [InlineData("Telemetri:TraceRatio", "Telemetri is no section of options (did you mean Telemetry?)")]
    public void RefuseUnknownOptions_MisspeltOption_IsNamed(string key, string said)
    {
        var refused = Assert.Throws<StartUpException>(() => Program.RefuseUnknownOptions(With(key)));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefuseUnknownOptions_SharedSection_IsLeftToOthers()
    {
        var sharing = new ServiceProgram("service", typeof(ServiceProgram).Assembly) { SharedSections = ["Telemetry"] };

        sharing.RefuseUnknownOptions(With("Telemetry:Nothing"));
    }

    private static IConfiguration With(string key) =>
        new ConfigurationBuilder().AddInMemoryCollection([new KeyValuePair<string, string?>(key, "1")]).Build();

    private static async Task<(int ExitCode, string Errors, bool HasRun)> RunAsync(string[] args)
    {
        var hasRun = false;
        var before = Console.Error;
        using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            return (await Program.RunAsync(args, Run), errors.ToString(), hasRun);
        }
        finally
        {
            Console.SetError(before);
        }

        Task Run()
        {
            hasRun = true;
            return Task.CompletedTask;
        }
    }
}
