using System.Net;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Slows guessing and locks nobody out. Failures count and nothing else does: for an account from an address, where a few are enough; for
/// an address over all accounts, and for an account over all addresses, where it takes ten times as many. Those of an account only delay
/// the next try of a stranger, the longer the more there were, and never by more than a minute. An address from which somebody logged in to
/// the account before is no stranger. What was guessed does not matter: accounts that do not exist count alike.
/// </summary>
internal sealed class LoginLimiter
{
    /// <summary>How many more failures it takes where those of many people, or of an owner, come together.</summary>
    private const int Leniency = 10;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    private readonly int _tries;
    private readonly TimeSpan _forgiveEvery;
    private readonly FailureTable<(string Account, IPNetwork From)> _byPair;
    private readonly FailureTable<IPNetwork> _byAddress;
    private readonly FailureTable<string> _byAccount;
    private readonly RecentSet<(string Account, IPNetwork From)> _welcome;

    public LoginLimiter(IOptions<LoginOptions> options, TimeProvider time)
    {
        var login = options.Value;
        _tries = login.LoginTries;
        _forgiveEvery = login.LoginWindow / login.LoginTries;
        _byPair = new(_forgiveEvery, login.TrackedLoginSources, time);
        _byAddress = new(_forgiveEvery, login.TrackedLoginSources, time);
        _byAccount = new(_forgiveEvery, login.TrackedLoginSources, time);
        _welcome = new(login.TrackedLoginSources);
    }

    /// <summary>Whether somebody logged in to the account from the address before.</summary>
    public bool IsWelcome(EmailAddress email, IPAddress address) => _welcome.Contains((email.Value, AddressGroups.Of(address)[0]));

    /// <summary>How long the next try has to wait; zero when it need not.</summary>
    public TimeSpan FindDelay(EmailAddress email, IPAddress address)
    {
        var isWelcome = IsWelcome(email, address);
        var delay = TimeSpan.Zero;
        foreach (var (width, group) in AddressGroups.Of(address).Index())
        {
            // A wider network may be several customers: it has twice as many tries as the one in it.
            var tries = _tries << width;
            delay = Longer(delay, Over(_byPair.Find((email.Value, group)).Failures, isWelcome ? tries * Leniency : tries));
            if (!isWelcome)
            {
                delay = Longer(delay, Over(_byAddress.Find(group).Failures, tries * Leniency));
            }
        }

        return isWelcome ? delay : Longer(delay, DelayOf(email));
    }

    /// <summary>Counts a wrong password, or an account that does not exist.</summary>
    public void Failed(EmailAddress email, IPAddress address)
    {
        var isWelcome = IsWelcome(email, address);
        foreach (var group in AddressGroups.Of(address))
        {
            _byPair.Add((email.Value, group));
            _byAddress.Add(group);
        }

        if (!isWelcome)
        {
            _byAccount.Add(email.Value);
        }
    }

    /// <summary>Welcomes the address, and forgives what it failed before.</summary>
    public void Succeeded(EmailAddress email, IPAddress address)
    {
        var pair = (email.Value, AddressGroups.Of(address)[0]);
        _welcome.Add(pair);
        _byPair.Forget(pair);
    }

    /// <summary>Until so many are forgiven that one more try fits.</summary>
    private TimeSpan Over(double failures, int tries) => failures > tries - 1 ? (failures - (tries - 1)) * _forgiveEvery : TimeSpan.Zero;

    /// <summary>Doubles with each failure above the limit.</summary>
    private TimeSpan DelayOf(EmailAddress email)
    {
        var (failures, sinceLast) = _byAccount.Find(email.Value);
        var over = failures - ((_tries * Leniency) - 1);
        if (over <= 0)
        {
            return TimeSpan.Zero;
        }

        var delay = FirstDelay * Math.Pow(2, Math.Min(over, 10) - 1);
        delay = delay < MaxDelay ? delay : MaxDelay;
        return delay > sinceLast ? delay - sinceLast : TimeSpan.Zero;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
