using AspireKv.Cli.Output;

namespace AspireKv.Cli.Verbs;

/// <summary>What the program has around it.</summary>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Environment">The environment's variables by name; null for one that is not set.</param>
/// <param name="Time">What waits and measures between requests. How long a request may take is measured by the machine's clock.</param>
internal sealed record CliHost(Terminal Terminal, Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>How long it may take until there is a connection to the gateway.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one request may take: more than the gateway gives a node, which is 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A variable of the environment; null where it is not set or empty.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Whether output may have colours: not where <c>NO_COLOR</c> is set (no-color.org), nor in a terminal that has none.
    /// </summary>
    public bool HasColours => Variable("NO_COLOR") is null && Variable("TERM") != "dumb";
}
