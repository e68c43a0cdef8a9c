using System.CommandLine;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;

namespace AspireKv.Cli.Verbs;

/// <summary>A command that asks a gateway. It is done when <see cref="RunAsync"/> returns; whatever else happens is thrown.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, CliHost host) : base(name, description) =>
        SetAction(async (arguments, cancellationToken) =>
        {
            CheckArguments(arguments, host);
            using var transport = new GatewayTransport(
                CommonOptions.GatewayOf(arguments, host), host.ConnectTimeout, host.RequestTimeout);
            var gateway = new GatewayClient(transport, CommonOptions.TokensOf(arguments, host));
            await RunAsync(
                new VerbCall(arguments, gateway, new Screen(host.Terminal, host.HasColours), host), cancellationToken);
            return (int)ExitCode.Done;
        });

    /// <summary>Judges, before anybody is asked, what the parser cannot.</summary>
    /// <exception cref="CommandFailedException">An argument means nothing.</exception>
    protected virtual void CheckArguments(ParseResult arguments, CliHost host)
    {
    }

    /// <exception cref="CommandFailedException">It could not be done.</exception>
    protected abstract Task RunAsync(VerbCall call, CancellationToken cancellationToken);
}
