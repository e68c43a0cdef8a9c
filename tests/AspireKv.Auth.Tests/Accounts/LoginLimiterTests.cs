using System.Net;
using AspireKv.Auth.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Auth.Tests.Accounts;

/// <summary>Guessing is slowed and nobody is locked out: with the defaults, ten tries in five minutes.</summary>
public sealed class LoginLimiterTests
{
    private static readonly EmailAddress Owner = Email("owner@example.com");
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.7");

    private readonly FakeTimeProvider _time = new();
    private readonly LoginLimiter _limiter;

    public LoginLimiterTests() => _limiter = new LoginLimiter(Options.Create(new LoginOptions()), _time);

    [Fact]
    public void FindDelay_TenFailuresForAnAccountFromAnAddress_WaitsUntilOneIsForgiven()
    {
        Assert.Equal(10, Fail(Owner, Stranger, tries: 100));

        Assert.Equal(TimeSpan.FromSeconds(30), _limiter.FindDelay(Owner, Stranger));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Fail(Owner, Stranger, tries: 100));
    }

    [Fact]
    public void FindDelay_SuccessesOnly_NeverWait()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, Home));
            _limiter.Succeeded(Owner, Home);
        }
    }

    /// <summary>The test of the rule: an hour of wrong passwords from one address, as fast as they are taken.</summary>
    [Fact]
    public void FindDelay_OneAttackerForAnHour_LeavesTheOwnerAtTheFirstTryEveryMinute()
    {
        var guesses = 0;
        for (var minute = 0; minute < 60; minute++)
        {
            for (var second = 0; second < 60; second++)
            {
                guesses += Fail(Owner, Stranger, tries: 20);
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, Home));
            _limiter.Succeeded(Owner, Home);
        }

        Assert.InRange(guesses, 100, 135);
    }

    /// <summary>And so it is for an owner who comes from a new address each time, as a stranger does.</summary>
    [Fact]
    public void FindDelay_OneAttackerForAnHour_LeavesANewAddressOfTheOwnerAtTheFirstTry()
    {
        for (var minute = 0; minute < 60; minute++)
        {
            Fail(Owner, Stranger, tries: 200);
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, new IPAddress([192, 0, 2, (byte)minute])));
        }
    }

    [Fact]
    public void FindDelay_ManyAttackersForAnHour_SlowThemAndLeaveAKnownAddressAlone()
    {
        _limiter.Succeeded(Owner, Home);
        var guesses = 0;
        for (var second = 0; second < 3_600; second++)
        {
            for (var attacker = 0; attacker < 50; attacker++)
            {
                guesses += Fail(Owner, new IPAddress([203, (byte)(second / 200), (byte)(second % 200), (byte)attacker]), tries: 2);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, Home));
            Assert.InRange(_limiter.FindDelay(Owner, IPAddress.Parse("198.51.100.1")), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }

        Assert.InRange(guesses, 100, 300);
    }

    [Fact]
    public void FindDelay_FailuresOfAnAccountFromManyAddresses_DelayStrangersLongerAndLonger()
    {
        var delays = new List<TimeSpan>();
        for (var attacker = 0; delays.Count < 8; attacker++)
        {
            var address = new IPAddress([203, 0, (byte)(attacker / 250), (byte)(attacker % 250)]);
            var delay = _limiter.FindDelay(Owner, address);
            if (delay > TimeSpan.Zero)
            {
                delays.Add(delay);
                _time.Advance(delay);
            }

            Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, address));
            _limiter.Failed(Owner, address);
        }

        Assert.Equal(delays.Order(), delays);
        Assert.InRange(delays[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(delays[^1], TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void FindDelay_OneAddressOverAllAccounts_WaitsAtTenTimesAsMany()
    {
        var failed = Enumerable.Range(0, 300).Sum(i => Fail(Email($"user{i}@example.com"), Stranger, tries: 1));

        Assert.Equal(100, failed);
        Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Email("user299@example.com"), Home));
    }

    [Fact]
    public void FindDelay_KnownAddress_StaysWelcomeAfterManyErrorsOfItsNeighbours()
    {
        _limiter.Succeeded(Owner, Home);
        Assert.NotEqual(0, Enumerable.Range(0, 300).Sum(i => Fail(Email($"user{i}@example.com"), Home, tries: 1)));
        Fail(Owner, Home, tries: 50);

        Assert.Equal(TimeSpan.Zero, _limiter.FindDelay(Owner, Home));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void FindDelay_SecondAddress_CountsAsTheSameWhenItIsOneCustomer(string first, string second, bool same)
    {
        Fail(Owner, IPAddress.Parse(first), tries: 100);

        Assert.Equal(same, _limiter.FindDelay(Owner, IPAddress.Parse(second)) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("2001:db8:1:{0:x}::1", 20)]
    [InlineData("2001:db8:1:{0:x}00::1", 40)]
    public void FindDelay_AttackerWithANetwork_HasAFewTimesTheTriesOfAnAddress(string pattern, int tries) => Assert.Equal(
        tries,
        Enumerable.Range(0, 200).Sum(
            i => Fail(Owner, IPAddress.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, i)), tries: 1)));

    [Fact]
    public void FindDelay_MoreSourcesThanAreTracked_RefusesNobody()
    {
        var small = new LoginLimiter(Options.Create(new LoginOptions { TrackedLoginSources = 16 }), _time);
        for (var i = 0; i < 1_000; i++)
        {
            var address = new IPAddress([203, 0, (byte)(i / 250), (byte)(i % 250)]);
            small.Failed(Email($"user{i}@example.com"), address);
        }

        Assert.Equal(TimeSpan.Zero, small.FindDelay(Owner, Home));
    }

    /// <summary>How many tries are taken, each of which is wrong.</summary>
    private int Fail(EmailAddress email, IPAddress address, int tries)
    {
        var taken = 0;
        while (taken < tries && _limiter.FindDelay(email, address) == TimeSpan.Zero)
        {
            _limiter.Failed(email, address);
            taken++;
        }

        return taken;
    }

    private static EmailAddress Email(string text)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        return address;
    }
}
