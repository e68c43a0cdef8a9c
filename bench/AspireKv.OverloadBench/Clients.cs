using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AspireKv.OverloadBench;

/// <summary>
/// Clients that share connections as a load balancer's would: a request takes an idle one or opens another. Each waits for its answer for
/// so long and then closes its connection, as one that has run into its own time limit does.
/// </summary>
internal sealed class Clients : IDisposable
{
    /// <summary>From one address of loopback; the next ones are the next addresses, since the gateway bounds each.</summary>
    private const int ConnectionsPerAddress = 2_000;

    /// <summary>What the generator itself would send later than this tells nothing of the cluster, and is not sent.</summary>
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(100);

    private readonly IPEndPoint _gateway;
    private readonly OverloadSettings _settings;
    private readonly Func<byte[]> _nextRequest;
    private readonly ConcurrentStack<Connection> _idle = new();
    private readonly ConcurrentDictionary<Connection, bool> _busy = new();
    private readonly Timer _impatience;
    private int _open;
    private int _opened;

    public Clients(OverloadSettings settings, Func<byte[]> nextRequest)
    {
        (_settings, _nextRequest) = (settings, nextRequest);
        _gateway = new IPEndPoint(IPAddress.Parse(settings.Gateway.Host), settings.Gateway.Port);
        _impatience = new Timer(_ => GiveUp(), null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    }

    /// <summary>Requests one after another from so many clients.</summary>
    public async Task<Tally> RunClosedAsync(int clients, TimeSpan time)
    {
        var tally = new Tally();
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(begin) < time)
            {
                await SendAsync(tally, Stopwatch.GetTimestamp());
            }
        })));
        return tally;
    }

    /// <summary>Requests at a rate, whatever becomes of them.</summary>
    /// <returns>What became of those of each second.</returns>
    public async Task<Tally[]> RunOpenAsync(double perSecond, int seconds)
    {
        Tally[] tallies = [.. Enumerable.Range(0, seconds).Select(_ => new Tally())];
        var begin = Stopwatch.GetTimestamp();
        var sent = new Task[(int)(perSecond * seconds)];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < sent.Length; await timer.WaitForNextTickAsync())
        {
            for (var due = (int)(perSecond * Stopwatch.GetElapsedTime(begin).TotalSeconds); i < Math.Min(due, sent.Length); i++)
            {
                var dueAt = begin + (long)(i / perSecond * Stopwatch.Frequency);
                sent[i] = SendAsync(tallies[Math.Min((int)(i / perSecond), seconds - 1)], dueAt);
            }
        }

        await Task.WhenAll(sent);
        return tallies;
    }

    public void Dispose()
    {
        _impatience.Dispose();
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }

    private async Task SendAsync(Tally tally, long dueAt)
    {
        Connection? connection = null;
        if (Stopwatch.GetElapsedTime(dueAt) > MaxLag || (!_idle.TryPop(out connection) && (connection = TryOpen()) is null))
        {
            tally.Add(Ending.NotSent, default);
            return;
        }

        connection.DueAt = dueAt;
        _busy.TryAdd(connection, true);
        Ending ending;
        try
        {
            ending = await connection.SendAsync(_nextRequest());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            ending = Stopwatch.GetElapsedTime(dueAt) >= _settings.Patience ? Ending.GivenUp : Ending.Cut;
        }

        _busy.TryRemove(connection, out _);
        tally.Add(ending, Stopwatch.GetElapsedTime(dueAt));
        if (ending is Ending.GivenUp or Ending.Cut)
        {
            connection.Dispose();
            Interlocked.Decrement(ref _open);
        }
        else
        {
            _idle.Push(connection);
        }
    }

    private Connection? TryOpen()
    {
        if (Interlocked.Increment(ref _open) > _settings.Connections)
        {
            Interlocked.Decrement(ref _open);
            return null;
        }

        var address = 1 + (Interlocked.Increment(ref _opened) / ConnectionsPerAddress % 250);
        return new Connection(_gateway, new IPAddress([127, 0, 0, (byte)address]));
    }

    private void GiveUp()
    {
        foreach (var (connection, _) in _busy)
        {
            if (Stopwatch.GetElapsedTime(connection.DueAt) >= _settings.Patience)
            {
                connection.Dispose();
            }
        }
    }
}
