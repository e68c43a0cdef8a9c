namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// Tells arguments that mean something from those that the configuration would pass over without a word, and does what they ask for.
/// </summary>
internal sealed class CommandLine(OptionNames options, IReadOnlyList<ServiceCommand> commands)
{
    /// <summary>Settings of the host that are no options of ours.</summary>
    private static readonly HashSet<string> HostSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        "AllowedHosts", "applicationName", "captureStartupErrors", "contentRoot", "detailedErrors", "environment",
        "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "http_ports", "https_ports", "preferHostingUrls",
        "preventHostingStartup", "shutdownTimeoutSeconds", "startupAssembly", "suppressStatusMessages", "urls", "webroot",
    };

    private static readonly string[] HostPrefixes = ["ASPNETCORE_", "DOTNET_", "Kestrel:", "Logging:", "OTEL_", "services:"];

    /// <summary>What is wrong with the first argument that means nothing, as a sentence; null when all mean something.</summary>
    public string? FindFault(IReadOnlyList<string> args)
    {
        var first = 0;
        if (FindCommand(args) is { } command)
        {
            first = 1 + command.Operands.Count;
            if (args.Count < first || args.Skip(1).Take(first - 1).Any(IsSetting))
            {
                return $"'{command.Name}' is used as '{command.Usage}'.";
            }

            first += command.More is null ? 0 : args.Skip(first).TakeWhile(static argument => !IsSetting(argument)).Count();
        }

        for (var i = first; i < args.Count; i++)
        {
            if (!IsSetting(args[i]))
            {
                return $"'{args[i]}' is no argument{Suggest(args[i], commands.Select(static known => known.Name))}.";
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i][2..] : args[i][2..equals];
            if (!IsKnown(name) && !(equals == args[i].Length - 1 && options.IsSection(name)))
            {
                return $"'--{name}' is no option{Suggest(name, options.Leaves)}.";
            }

            // The value is the next argument, whatever that looks like.
            if (equals < 0 && ++i == args.Count)
            {
                return $"'--{name}' has no value.";
            }
        }

        return null;
    }

    /// <summary>What the arguments ask for, once they were found to mean something: a command, or else to serve.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="serve">Serves, with the settings given.</param>
    public Task RunAsync(string[] args, Func<string[], Task> serve)
    {
        if (FindCommand(args) is not { } command)
        {
            return serve(args);
        }

        var words = args.Skip(1).TakeWhile(static argument => !IsSetting(argument)).ToArray();
        return command.RunAsync(words, args[(1 + words.Length)..]);
    }

    private ServiceCommand? FindCommand(IReadOnlyList<string> args) =>
        args.Count > 0 ? commands.FirstOrDefault(known => known.Name == args[0]) : null;

    private static bool IsSetting(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static string Suggest(string name, IEnumerable<string> known) =>
        Spelling.FindNearest(name, known) is { } nearest ? $" (did you mean '{nearest}'?)" : "";

    private bool IsKnown(string name) =>
        HostSettings.Contains(name)
        || HostPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || options.IsKnown(name);
}
