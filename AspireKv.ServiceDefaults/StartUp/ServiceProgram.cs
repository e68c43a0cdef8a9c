using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.StartUp;

/// <summary>
/// A service as its operator sees the program: its commands, its arguments and the names of its options. Whatever is none of them is named
/// and refused, since a misspelt option that is passed over leaves a default in its place.
/// </summary>
/// <param name="name">What the service is called in front of an operator, such as <c>gateway</c>.</param>
/// <param name="assembly">The program; its options are those of the solution's assemblies that it refers to.</param>
public sealed class ServiceProgram(string name, Assembly assembly)
{
    private static readonly string[] HelpArguments = ["--help", "-h", "-?", "/?", "help"];

    private OptionNames? _options;

    /// <summary>What the program does besides serving.</summary>
    public IReadOnlyList<ServiceCommand> Commands { get; init; } = [];

    /// <summary>Sections of which this service reads a part, and others the rest: their names are left to those.</summary>
    public IReadOnlyList<string> SharedSections { get; init; } = [];

    private OptionNames Options => _options ??= OptionNames.Of(assembly);

    /// <summary>
    /// Answers <c>--help</c>, refuses arguments that mean nothing, and otherwise builds the service and runs it until somebody stops it.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="build">Puts the service together; it may refuse with a <see cref="StartUpException"/>.</param>
    /// <returns>The exit code of the process.</returns>
    public Task<int> RunAsync(string[] args, Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return RunAsync(args, async () =>
        {
            await using var app = build();
            await ServiceRunner.RunHostAsync(app);
        });
    }

    /// <summary>For a program that does more with its host than to run it once.</summary>
    /// <inheritdoc cref="RunAsync(string[], Func{WebApplication})"/>
    public async Task<int> RunAsync(string[] args, Func<Task> run)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(run);
        if (args.Any(HelpArguments.Contains))
        {
            await Console.Out.WriteAsync(Usage());
            return 0;
        }

        return await ServiceRunner.RunAsync(name, () => new CommandLine(Options, Commands).FindFault(args) is { } fault
            ? throw new StartUpException($"{fault} See --help.")
            : run());
    }

    /// <exception cref="StartUpException">The configuration sets an option of ours that there is not.</exception>
    public void RefuseUnknownOptions(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (Options.FindUnknown(configuration, SharedSections) is { } fault)
        {
            throw new StartUpException(fault);
        }
    }

    private string Usage()
    {
        var program = assembly.GetName().Name;
        var commands = Commands.Select(command => $"  {program} {command.Usage} [--OPTION=VALUE ...]\n      {command.Summary}\n");
        var options = Options.Leaves.Select(static option => $"  {option}\n");
        return $"Usage:\n  {program} [--OPTION=VALUE ...]\n      Runs the {name} until it is told to stop.\n{string.Concat(commands)}"
            + "\nOptions, also as environment variables (Section:Name is set by Section__Name); docs/operations.md tells what each does:\n"
            + $"{string.Concat(options)}\nWhere it listens: --urls=http://ADDRESS:PORT, or ASPNETCORE_URLS.\n";
    }
}
