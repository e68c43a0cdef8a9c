using AspireKv.ServiceDefaults.StartUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.Tests.StartUp;

/// <summary>What means nothing is named and refused. The program here is the assembly of the defaults, with its options.</summary>
[Collection(nameof(Console))]
public sealed class ServiceProgramTests
{
    private static readonly ServiceProgram WithCollections = new("service", typeof(ServiceProgramTests).Assembly)
    {
        SharedSections = ["Rack"],
    };

    private readonly ServiceProgram _program;

    /// <summary>What was done, with which words and settings.</summary>
    private string _done = "";

    public ServiceProgramTests() => _program = new ServiceProgram("service", typeof(ServiceProgram).Assembly)
    {
        Commands =
        [
            new("mend", [], "Mends.", (words, settings) => DoAsync("mend", words, settings)) { More = "PART ..." },
            new("set", ["NAME"], "Sets.", (words, settings) => DoAsync("set", words, settings)),
        ],
    };

    [Theory]
    [InlineData("--Telemetry:TraceRatio=0.5")]
    [InlineData("--Telemetry:TraceRatio", "0.5")]
    [InlineData("--telemetry:traceratio=0.5")]
    [InlineData("--environment=Development", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Debug")]
    [InlineData("--services:auth:http:0=http://127.0.0.1:5080")]
    [InlineData("--Telemetry=", "--Telemetry:TraceRatio=0.5")]
    public async Task Run_ArgumentsThatMeanSomething_Serves(params string[] args) =>
        Assert.Equal((0, "", $"serve() {string.Join(' ', args)}"), await RunAsync(args));

    /// <summary>The name of a command is no setting, and the words after it are none either.</summary>
    [Theory]
    [InlineData("mend() ", "mend")]
    [InlineData("mend(3 40-63) --Telemetry:TraceRatio 0.5", "mend", "3", "40-63", "--Telemetry:TraceRatio", "0.5")]
    [InlineData("set(foo) --Telemetry:TraceRatio=0.5", "set", "foo", "--Telemetry:TraceRatio=0.5")]
    public async Task Run_Command_IsGivenItsWordsAndTheSettings(string done, params string[] args) =>
        Assert.Equal((0, "", done), await RunAsync(args));

    [Theory]
    [InlineData("'foo'", "foo", "bar")]
    [InlineData("'foo'", "--Telemetry:TraceRatio=0.5", "foo")]
    [InlineData("'men' is no argument (did you mean 'mend'?)", "men")]
    [InlineData("'mned' is no argument (did you mean 'mend'?)", "mned")]
    [InlineData("'mend'", "--Telemetry:TraceRatio=0.5", "mend")]
    [InlineData("'more'", "set", "foo", "more")]
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
        var (exitCode, errors, done) = await RunAsync(args);

        Assert.Equal((1, ""), (exitCode, done));
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
            Assert.Equal((0, "", ""), await RunAsync(args));
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
    public Task Build_KnownOrNotOurs_IsFine(string key) => BuildAsync(_program, key);

    [Theory]
    [InlineData("Telemetry:TraceRatoi", "did you mean Telemetry:TraceRatio?")]
    [InlineData("Telemetry:Nothing", "Telemetry:Nothing is no option")]
    [InlineData("Telemetry:TraceRatio:Deeper", "Telemetry:TraceRatio")]
    [InlineData("Telemetri:TraceRatio", "Telemetri is no section of options (did you mean Telemetry?)")]
    public async Task Build_MisspeltOption_IsNamed(string key, string said)
    {
        var refused = await Assert.ThrowsAsync<StartUpException>(() => BuildAsync(_program, key));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Build_SharedSection_IsLeftToOthers() => BuildAsync(
        new ServiceProgram("service", typeof(ServiceProgram).Assembly) { SharedSections = ["Telemetry"] }, "Telemetry:Nothing");

    [Theory]
    [InlineData("Rack:Names:0")]
    [InlineData("Rack:Shelves:1")]
    public Task Build_MemberOfACollection_IsFine(string key) => BuildAsync(WithCollections, key);

    /// <summary>Even in a section that others read too.</summary>
    [Theory]
    [InlineData("Rack:Names", "Rack:Names takes no value: Rack:Names has several, and the first is written Rack:Names:0.")]
    [InlineData("Rack:Names:0:x", "Rack:Names:0:x takes no value: Rack:Names has several, and the first is written Rack:Names:0.")]
    [InlineData("Rack:Shelves", "Rack:Shelves takes no value: Rack:Shelves has several, and the first is written Rack:Shelves:1.")]
    public async Task Build_ValueBesideTheMembersOfACollection_IsNamed(string key, string said)
    {
        var refused = await Assert.ThrowsAsync<StartUpException>(() => BuildAsync(WithCollections, key));

        Assert.Equal(said, refused.Message);
    }

    /// <summary>An empty list of a settings file arrives as an empty text.</summary>
    [Fact]
    public Task Build_CollectionIsEmpty_IsFine() => BuildAsync(WithCollections, "Rack:Names", "");

    [Theory]
    [InlineData("services:node1:peer:0", "tcp://127.0.0.1")]
    [InlineData("services:node1:peer:0", "tcp://127.0.0.1:0")]
    [InlineData("services:node2:peer:1", "foo:bar")]
    [InlineData("services:auth:http:0", "nonsense")]
    [InlineData("services:auth:http:0", "tcp://127.0.0.1:5080")]
    [InlineData("services:auth:https:0", "")]
    public async Task Build_AddressThatNobodyCanDial_IsNamed(string key, string value)
    {
        var refused = await Assert.ThrowsAsync<StartUpException>(() => BuildAsync(_program, key, value));

        Assert.StartsWith($"{key} is '{value}'; it must be an address with a port", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services:node1:peer:0", "tcp://node1:7101")]
    [InlineData("services:node1:peer:0", "[::1]:7101")]
    [InlineData("services:auth:http:0", "http://auth")]
    [InlineData("services:auth:http:0", "127.0.0.1:5080")]
    [InlineData("services:other:pipe:0", "nonsense")] // not ours
    public Task Build_AddressToDial_IsFine(string key, string value) => BuildAsync(_program, key, value);

    private static async Task BuildAsync(ServiceProgram program, string key, string value = "1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new(key, value)]);
        await using var app = program.Build(builder);
    }

    private Task DoAsync(string what, IEnumerable<string> words, IEnumerable<string> settings)
    {
        _done = $"{what}({string.Join(' ', words)}) {string.Join(' ', settings)}";
        return Task.CompletedTask;
    }

    /// <returns>The exit code, the standard error stream, and what was done.</returns>
    private async Task<(int ExitCode, string Errors, string Done)> RunAsync(string[] args)
    {
        var before = Console.Error;
        using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            return (await _program.RunAsync(args, settings => DoAsync("serve", [], settings)), errors.ToString(), _done);
        }
        finally
        {
            Console.SetError(before);
        }
    }

    private sealed class RackOptions
    {
        public const string SectionName = "Rack";

        public IList<string> Names { get; set; } = [];

        public Dictionary<string, string> Shelves { get; } = [];
    }
}
