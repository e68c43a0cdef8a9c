using System.Diagnostics.Metrics;
using System.Net;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AspireKv.ServiceDefaults.Tests.Listening;

public sealed class ConnectionLimiterTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void TryEnter_OneHostTakesAllItMay_OthersStillEnter()
    {
        var limiter = Limiter(total: 100, perAddress: 10);

        Assert.Equal(10, Admitted(limiter, Enumerable.Repeat("192.0.2.1", 50)));
        Assert.Equal(1, Admitted(limiter, ["192.0.2.2"]));
    }

    [Fact]
    public void TryEnter_ManyAddressesOfOneNetwork_HaveTwiceAndFourTimesAsMany()
    {
        var limiter = Limiter(total: 1000, perAddress: 10);

        Assert.Equal(10, Admitted(limiter, Enumerable.Range(1, 50).Select(host => $"2001:db8:0:1::{host:x}")));
        Assert.Equal(10, Admitted(limiter, Enumerable.Range(2, 50).Select(subnet => $"2001:db8:0:{subnet:x}::1")));
        Assert.Equal(20, Admitted(limiter, Enumerable.Range(1, 200).Select(subnet => $"2001:db8:0:{subnet:x}00::1")));
    }

    [Fact]
    public void TryEnter_Total_HoldsForEverybody()
    {
        var limiter = Limiter(total: 3, perAddress: 10, exempt: "10.0.0.0/8");

        Assert.Equal(3, Admitted(limiter, Enumerable.Range(1, 5).Select(host => $"10.0.0.{host}")));
        Assert.Equal(0, Admitted(limiter, ["192.0.2.1"]));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    public void TryEnter_Proxy_CountsInTheTotalOnly(string proxy) =>
        Assert.Equal(50, Admitted(Limiter(total: 100, perAddress: 10, exempt: "10.0.0.0/8"), Enumerable.Repeat(proxy, 50)));

    [Fact]
    public void Leave_GivesThePlaceBack()
    {
        var limiter = Limiter(total: 1, perAddress: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(limiter.TryEnter(IPAddress.Loopback, out var groups, out _));
            Assert.False(limiter.TryEnter(IPAddress.Loopback, out _, out _));
            limiter.Leave(groups);
        }
    }

    /// <summary>A socket is a file descriptor until it is closed, which is after what it was for has ended.</summary>
    [Fact]
    public async Task RunAsync_ConnectionHasEnded_HasItsPlaceUntilItIsClosed()
    {
        var limiter = Limiter(total: 1, perAddress: 1);
        using var room = new SemaphoreSlim(0);
        var connection = new AcceptedConnection(new NoConnection(), room);

        await limiter.RunAsync(static _ => Task.CompletedTask, connection);
        Assert.Equal(1, room.CurrentCount);
        Assert.False(limiter.TryEnter(null, out _, out _));

        await connection.DisposeAsync();
        Assert.True(limiter.TryEnter(null, out _, out _));
    }

    [Fact]
    public async Task RunAsync_ConnectionIsRefused_KeepsTheListenerWaitingUntilItIsClosed()
    {
        var limiter = Limiter(total: 0, perAddress: 1);
        using var room = new SemaphoreSlim(0);
        var socket = new NoConnection();
        var connection = new AcceptedConnection(socket, room);

        await limiter.RunAsync(static _ => throw new InvalidOperationException("it was not refused"), connection);
        Assert.True(socket.IsAborted);
        Assert.Equal(0, room.CurrentCount);

        await connection.DisposeAsync();
        Assert.Equal(1, room.CurrentCount);
    }

    private ConnectionLimiter Limiter(int total, int perAddress, params string[] exempt) => new(
        new ConnectionLimits(total, perAddress, [.. exempt.Select(IPNetwork.Parse)]),
        new ListenerMetrics(_services.GetRequiredService<IMeterFactory>()),
        new FakeTimeProvider(),
        NullLogger<ConnectionLimiter>.Instance);

    private static int Admitted(ConnectionLimiter limiter, IEnumerable<string> addresses) =>
        addresses.Count(address => limiter.TryEnter(IPAddress.Parse(address), out _, out _));

    private sealed class NoConnection : DefaultConnectionContext
    {
        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
