using System.Net;
using System.Net.Sockets;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Tests.Listening;

/// <summary>A burst of connections to real sockets, of which none is closed before the test says so.</summary>
public sealed class PatientListenerTests
{
    private const int Bound = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AcceptAsync_Burst_AcceptsNoMoreThanTheBoundUntilOneIsAdmittedOrClosed(bool isAdmitted)
    {
        await using var listener = await BindAsync(new SlowDoor(new IPEndPoint(IPAddress.Loopback, 0), static () => Bound));
        using var burst = await Burst.ComeAsync(listener.EndPoint, 20);
        var accepted = await AcceptAsync(listener, Bound);

        for (var i = 0; i < 20 - Bound; i++)
        {
            var next = listener.AcceptAsync().AsTask();
            Assert.False(next.IsCompleted);
            if (isAdmitted)
            {
                SlowDoor.Admit(accepted[i]);
            }
            else
            {
                await accepted[i].DisposeAsync();
            }

            accepted.Add(await WithinLimitAsync(next));
        }

        Assert.False(listener.AcceptAsync().AsTask().IsCompleted);
        await CloseAsync(accepted);
    }

    /// <summary>What is admitted and then closed makes room once, not twice.</summary>
    [Fact]
    public async Task AcceptAsync_AdmittedConnectionIsClosed_AcceptsNoMoreForThat()
    {
        await using var listener = await BindAsync(new SlowDoor(new IPEndPoint(IPAddress.Loopback, 0), static () => Bound));
        using var burst = await Burst.ComeAsync(listener.EndPoint, 20);
        var accepted = await AcceptAsync(listener, Bound);
        SlowDoor.Admit(accepted[0]);
        SlowDoor.Admit(accepted[0]);
        await accepted[0].DisposeAsync();

        accepted.AddRange(await AcceptAsync(listener, 1));

        Assert.False(listener.AcceptAsync().AsTask().IsCompleted);
        await CloseAsync(accepted);
    }

    [Fact]
    public async Task AcceptAsync_AnyOtherEndpoint_HasTheBoundOfThoseThatDecideAtOnce()
    {
        await using var listener = await BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var burst = await Burst.ComeAsync(listener.EndPoint, 20);
        var accepted = await AcceptAsync(listener, PatientListenerFactory.MaxUndecided);

        Assert.False(listener.AcceptAsync().AsTask().IsCompleted);
        await CloseAsync(accepted);
    }

    [Fact]
    public async Task UnbindAsync_ListenerWaits_EndsItsWait()
    {
        await using var listener = await BindAsync(new SlowDoor(new IPEndPoint(IPAddress.Loopback, 0), static () => Bound));
        using var burst = await Burst.ComeAsync(listener.EndPoint, 20);
        var accepted = await AcceptAsync(listener, Bound);
        var next = listener.AcceptAsync().AsTask();

        await listener.UnbindAsync();

        Assert.Null(await next.WaitAsync(Limit, TimeProvider.System));
        await CloseAsync(accepted);
    }

    private static ValueTask<IConnectionListener> BindAsync(EndPoint endpoint) =>
        new PatientListenerFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance).BindAsync(endpoint);

    private static async Task<List<ConnectionContext>> AcceptAsync(IConnectionListener listener, int count)
    {
        var accepted = new List<ConnectionContext>();
        while (accepted.Count < count)
        {
            accepted.Add(await WithinLimitAsync(listener.AcceptAsync().AsTask()));
        }

        return accepted;
    }

    private static async Task<ConnectionContext> WithinLimitAsync(Task<ConnectionContext?> accept)
    {
        var connection = await accept.WaitAsync(Limit, TimeProvider.System);
        Assert.NotNull(connection);
        return connection;
    }

    private static async Task CloseAsync(List<ConnectionContext> accepted)
    {
        foreach (var connection in accepted)
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
    }

    /// <summary>Clients who connect and say nothing.</summary>
    private sealed class Burst : IDisposable
    {
        private readonly List<Socket> _clients = [];

        public static async Task<Burst> ComeAsync(EndPoint to, int count)
        {
            var burst = new Burst();
            for (var i = 0; i < count; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                burst._clients.Add(client);
                await client.ConnectAsync(to);
            }

            return burst;
        }

        public void Dispose() => _clients.ForEach(static client => client.Dispose());
    }
}
