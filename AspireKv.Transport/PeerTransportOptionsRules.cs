using Microsoft.Extensions.Options;

namespace AspireKv.Transport;

/// <summary>What must hold between options; the bounds of each stand on the option.</summary>
internal sealed class PeerTransportOptionsRules : IValidateOptions<PeerTransportOptions>
{
    public ValidateOptionsResult Validate(string? name, PeerTransportOptions options)
    {
        List<string> failures = [];
        if (options.MaxReconnectDelay < options.ReconnectDelay)
        {
            failures.Add("PeerTransport:MaxReconnectDelay must not be shorter than PeerTransport:ReconnectDelay.");
        }

        if (options.AnswerTimeout < 2 * options.HeartbeatInterval)
        {
            failures.Add("PeerTransport:AnswerTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }

        if (options.HeartbeatTimeout < 2 * options.HeartbeatInterval)
        {
            failures.Add("PeerTransport:HeartbeatTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }

        if (options.ServerIdleTimeout < 2 * options.HeartbeatInterval)
        {
            failures.Add("PeerTransport:ServerIdleTimeout must be at least twice PeerTransport:HeartbeatInterval.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
