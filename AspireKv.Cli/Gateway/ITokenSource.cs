using AspireKv.Cli.Output;

namespace AspireKv.Cli.Gateway;

/// <summary>Where access tokens come from.</summary>
internal interface ITokenSource
{
    /// <summary>Whether another token can be had once one has expired.</summary>
    bool CanRenew { get; }

    /// <exception cref="CommandFailedException">There is none.</exception>
    Task<string> GetAsync(GatewayTransport transport, CancellationToken cancellationToken);
}
