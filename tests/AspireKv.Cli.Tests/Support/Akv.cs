using AspireKv.Cli.Output;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Tests.Support;

/// <summary>Runs the program through its entry point, with all that it has around it from the test.</summary>
internal sealed class Akv
{
    private readonly Dictionary<string, string> _environment;

    /// <param name="address">The gateway's address, or null for none.</param>
    public Akv(string? address)
    {
        _environment = new Dictionary<string, string> { ["AKV_TOKEN"] = FakeGateway.Token };
        if (address is not null)
        {
            _environment["AKV_GATEWAY"] = address;
        }
    }

    public Akv(FakeGateway gateway) : this(gateway.Address)
    {
    }

    /// <summary>What is typed, or comes through a pipe.</summary>
    public string Input { get; set; } = "";

    /// <summary>Whether people sit before it.</summary>
    public bool HasPeople { get; set; }

    /// <summary>Whether the standard output is a terminal.</summary>
    public bool ShowsColours { get; set; }

    /// <summary>What is typed where nobody sees it.</summary>
    public string? Secret { get; set; }

    /// <summary>How long it may take until there is a connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request may take.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Sets a variable of the environment, or takes it away.</summary>
    public Akv With(string variable, string? value)
    {
        if (value is null)
        {
            _environment.Remove(variable);
        }
        else
        {
            _environment[variable] = value;
        }

        return this;
    }

    /// <summary>Runs a line of words, parted by spaces.</summary>
    public Task<Ended> RunAsync(string line) => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public async Task<Ended> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal
        {
            In = new StringReader(Input),
            Out = output,
            Error = error,
            CanAsk = HasPeople,
            ShowsColours = ShowsColours,
            ReadSecret = () => Secret,
        };
        var host = new CliHost(terminal, _environment.GetValueOrDefault, new InstantTime())
        {
            ConnectTimeout = ConnectTimeout,
            RequestTimeout = RequestTimeout,
        };
        var run = CliApp.RunAsync(args, host);
        var exitCode = await Eventually.CompletesAsync(run, $"akv {string.Join(' ', args)} ends", () => $"{output}{error}");
        return new Ended(exitCode, output.ToString(), error.ToString());
    }
}
