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
    /// Answers <c>--help</c>, refuses arguments that mean nothing, carries a command out, and otherwise puts the service together and runs
    /// it until somebody stops it.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="build">Puts the service together; it may refuse with a <see cref="StartUpException"/>.</param>
    /// <returns>The exit code of the process.</returns>
    public Task<int> RunAsync(string[] args, Func<string[], WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return RunAsync(args, async settings =>
        {
            await using var app = build(settings);
            await ServiceRunner.RunHostAsync(app);
        });
    }

    /// <summary>For a program that does more with its host than to run it once.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="serve">Runs the service; it may refuse with a <see cref="StartUpException"/>.</param>
    /// <returns>The exit code of the process.</returns>
    public async Task<int> RunAsync(string[] args, Func<string[], Task> serve)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(serve);
        if (args.Any(HelpArguments.Contains))
        {
            await Console.Out.WriteAsync(Usage());
            return 0;
        }

        var commandLine = new CommandLine(Options, Commands);
        return await ServiceRunner.RunAsync(name, () => commandLine.FindFault(args) is { } fault
            ? throw new StartUpException($"{fault} See --help.")
            : commandLine.RunAsync(args, serve));
    }

    /// <summary>
    /// Builds a host of the program, once everything is registered and all of its configuration is there. Every host is built here, so that
    /// none passes over an option that there is not.
    /// </summary>
    /// <exception cref="StartUpException">
    /// The configuration sets an option of ours that there is not, or an address of a service that nobody can dial.
    /// </exception>
    public WebApplication Build(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        RefuseFaults(builder.Configuration);
        return builder.Build();
    }

    private void RefuseFaults(IConfiguration configuration)
    {
        if ((Options.FindUnknown(configuration, SharedSections) ?? DialledAddresses.FindFault(configuration)) is { } fault)
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
