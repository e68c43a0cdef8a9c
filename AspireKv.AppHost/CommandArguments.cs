namespace AspireKv.AppHost;

/// <summary>Tells arguments that mean something from those that the configuration would pass over without a word.</summary>
internal static class CommandArguments
{
    public const string Usage = """
        Usage: dotnet run --project AspireKv.AppHost -- [OPTION VALUE ...]
        Starts a cluster on this machine, with a gateway, an auth service and a dashboard, until it is told to stop.

          --nodes N               how many storage nodes, 1 to 20; 5 by default, or as many as the last time. With another number than
                                  that, nodes join or leave while the cluster serves
          --spares N              how many more nodes can be started in the dashboard, 0 to 20; 2 by default
          --replication-factor N  on how many nodes each key lives; 3 by default, or the number of nodes if lower. Counts at the first start
          --data-root DIRECTORY   where all data lie; .aspirekv beside the AppHost by default
          --gateway-port PORT     the gateway; 3000 by default
          --first-node-port PORT  HTTP of node1, the others follow; 7001 by default
          --first-peer-port PORT  peers of node1, the others follow; 7101 by default

        """;

    /// <summary>What is said to whoever wants the application published.</summary>
    public const string RunsOnly = "This application only runs, on one machine; see docs/operations.md for more.";

    /// <summary>What Aspire's own tools ask an application for.</summary>
    private const string Operation = "operation";

    private static readonly string[] HelpArguments = ["--help", "-h", "-?", "/?", "help"];

    /// <summary>Settings of the host and of Aspire that somebody may give by hand.</summary>
    private static readonly string[] HostSettings = ["applicationName", "contentRoot", "environment", "log-level", Operation];

    private static readonly string[] HostPrefixes =
        ["AppHost:", "ASPIRE_", "ASPNETCORE_", "Dashboard:", "DcpPublisher:", "DOTNET_", "Logging:", "OTEL_", "Parameters:"];

    public static bool AskForHelp(IEnumerable<string> args) => args.Any(HelpArguments.Contains);

    /// <summary>One line about the first argument that means nothing; null when all mean something.</summary>
    public static string? FindProblem(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                return $"'{args[i]}' is no argument: see --help.";
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i][2..] : args[i][2..equals];
            if (!IsKnown(name))
            {
                return $"'--{name}' is no option: see --help.";
            }

            // The value is the next argument, whatever that looks like.
            if (equals < 0 && ++i == args.Count)
            {
                return $"'--{name}' has no value: see --help.";
            }

            var value = equals < 0 ? args[i] : args[i][(equals + 1)..];
            if (name.Equals(Operation, StringComparison.OrdinalIgnoreCase) && !value.Equals("run", StringComparison.OrdinalIgnoreCase))
            {
                return $"'--{name} {value}' is not possible. {RunsOnly}";
            }
        }

        return null;
    }

    private static bool IsKnown(string name) =>
        ClusterSettings.OptionNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        || HostSettings.Contains(name, StringComparer.OrdinalIgnoreCase)
        || HostPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
