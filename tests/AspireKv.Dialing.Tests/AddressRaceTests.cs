using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.Dialing.Tests;

public sealed class AddressRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly IPEndPoint First = new(IPAddress.Parse("192.0.2.1"), 7101);
    private static readonly IPEndPoint Second = new(IPAddress.Parse("192.0.2.2"), 7101);
    private static readonly IPEndPoint FirstOfIPv6 = new(IPAddress.Parse("2001:db8::1"), 7101);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeAddresses _addresses = new();

    [Fact]
    public async Task Race_FirstAddressAnswers_NoOtherIsTried()
    {
        _addresses.Answer(First);
        _addresses.Answer(Second);

        Assert.Equal(First, await WinnerAsync(Start([First, Second])));
        Assert.Equal([First], _addresses.Tried);
    }

    [Fact]
    public async Task Race_FirstAddressIsSilent_TheSecondIsTriedAfterThePause()
    {
        _addresses.Answer(Second);
        var race = Start([First, Second]);

        _time.Advance(Pause - TimeSpan.FromMilliseconds(1));
        Assert.Equal([First], _addresses.Tried);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Second, await WinnerAsync(race));
        await Eventually.CompletesAsync(_addresses.GivenUp(First), "the attempt at the silent address ends");
    }

    [Fact]
    public async Task Race_IPv6FirstAndRefused_TheNextIsTriedAtOnce()
    {
        _addresses.Refuse(FirstOfIPv6);
        _addresses.Answer(First);

        Assert.Equal(First, await WinnerAsync(Start([FirstOfIPv6, First])));
    }

    [Fact]
    public async Task Race_FirstAddressIsSlowAndTheSecondSilent_TheFirstCounts()
    {
        var race = Start([First, Second]);
        _time.Advance(Pause);
        await Eventually.CompletesAsync(_addresses.Started(Second), "the second is tried");

        _addresses.Answer(First);

        Assert.Equal(First, await WinnerAsync(race));
    }

    [Fact]
    public async Task Race_BothAnswer_TheOtherConnectionIsDisposed()
    {
        _addresses.IgnoreCancellation = true;
        var race = Start([First, Second]);
        _time.Advance(Pause);
        await Eventually.CompletesAsync(_addresses.Started(Second), "the second is tried");

        _addresses.Answer(First);
        _addresses.Answer(Second);

        var winner = await Eventually.CompletesAsync(race, "the race ends");
        var other = winner.Address.Equals(First) ? Second : First;
        await Eventually.CompletesAsync(_addresses.Connection(other).Disposed, "the connection that came too late is disposed");
        Assert.False(winner.Disposed.IsCompleted);
    }

    [Fact]
    public async Task Race_AllRefused_NamesEachAddressAndItsCause()
    {
        _addresses.Refuse(FirstOfIPv6);
        _addresses.Refuse(First);

        var failure = await Assert.ThrowsAsync<AllAddressesFailedException>(
            () => Eventually.CompletesAsync(Start([FirstOfIPv6, First]), "the race ends"));

        Assert.Equal("[2001:db8::1]:7101: Connection refused; 192.0.2.1:7101: Connection refused", failure.Message);
        Assert.Equal(2, failure.Causes.Count);
    }

    [Fact]
    public async Task Race_AllSilent_EndsWithTheTimeAndNamesAll()
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        var race = Start([First, Second], limit.Token);

        _time.Advance(Pause);
        await Eventually.CompletesAsync(_addresses.Started(Second), "the second is tried");
        _time.Advance(Limit);

        var failure = await Assert.ThrowsAsync<NoAnswerException>(() => Eventually.CompletesAsync(race, "the race ends"));
        Assert.Equal("192.0.2.1:7101: no answer; 192.0.2.2:7101: no answer", failure.Message);
    }

    [Fact]
    public async Task Race_OneRefusedAndOneSilent_NamesBoth()
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        _addresses.Refuse(First);
        var race = Start([First, Second], limit.Token);
        await Eventually.CompletesAsync(_addresses.Started(Second), "the second is tried");

        _time.Advance(Limit);

        var failure = await Assert.ThrowsAsync<NoAnswerException>(() => Eventually.CompletesAsync(race, "the race ends"));
        Assert.Equal("192.0.2.1:7101: Connection refused; 192.0.2.2:7101: no answer", failure.Message);
    }

    /// <summary>A cancellation that nobody asked for is a failure of that address alone.</summary>
    [Fact]
    public async Task Race_AttemptCancelsItself_TheNextIsTried()
    {
        _addresses.Fail(First, new OperationCanceledException("Not ours."));
        _addresses.Answer(Second);

        Assert.Equal(Second, await WinnerAsync(Start([First, Second])));
    }

    /// <summary>Even the last address has half of the time that there is.</summary>
    [Fact]
    public async Task Race_ManyAddressesAndLittleTime_TriesAllInTheFirstHalf()
    {
        IPEndPoint[] many = [.. Enumerable.Range(1, AddressRace.MaxAddresses + 1).Select(i => new IPEndPoint(First.Address, i))];
        var race = StartWithin(TimeSpan.FromMilliseconds(160), many);
        for (var i = 0; i < AddressRace.MaxAddresses - 1; i++)
        {
            await Eventually.CompletesAsync(_addresses.Started(many[i]), $"address {i} is tried");
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await Eventually.CompletesAsync(_addresses.Started(many[AddressRace.MaxAddresses - 1]), "the last address is tried");
        _time.Advance(Limit);
        Assert.Equal(many.Take(AddressRace.MaxAddresses), _addresses.Tried);
        _addresses.Answer(many[0]);
        Assert.Equal(many[0], await WinnerAsync(race));
    }

    [Fact]
    public async Task Race_NameWithTwoAddresses_TriesBothInTheOrderOfTheResolver()
    {
        _addresses.Refuse(First);
        _addresses.Answer(Second);
        _addresses.Names["node2"] = [First.Address, Second.Address];

        Assert.Equal(Second, await WinnerAsync(Start([new DnsEndPoint("node2", 7101)])));
        Assert.Equal([First, Second], _addresses.Tried);
    }

    [Fact]
    public async Task Race_OneOfTwoNamesIsUnknown_TheOtherIsTried()
    {
        _addresses.Answer(Second);
        _addresses.Names["new"] = [Second.Address];

        Assert.Equal(Second, await WinnerAsync(Start([new DnsEndPoint("old", 7101), new DnsEndPoint("new", 7101)])));
    }

    [Fact]
    public async Task Race_UnknownName_IsNamed()
    {
        _addresses.Names["empty"] = [];

        var failure = await Assert.ThrowsAsync<AllAddressesFailedException>(() => Eventually.CompletesAsync(
            Start([new DnsEndPoint("nowhere", 7101), new DnsEndPoint("empty", 7101)]), "the race ends"));

        Assert.StartsWith("nowhere: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; empty: it has no address", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<EndPoint> WinnerAsync(Task<FakeConnection> race) =>
        (await Eventually.CompletesAsync(race, "the race ends")).Address;

    private Task<FakeConnection> Start(EndPoint[] endPoints, CancellationToken cancellationToken = default) =>
        new AddressRace(_time, _addresses.LookUpAsync).RunAsync(endPoints, _addresses.ConnectAsync, Limit, cancellationToken);

    private Task<FakeConnection> StartWithin(TimeSpan limit, EndPoint[] endPoints) =>
        new AddressRace(_time, _addresses.LookUpAsync).RunAsync(endPoints, _addresses.ConnectAsync, limit, CancellationToken.None);
}
