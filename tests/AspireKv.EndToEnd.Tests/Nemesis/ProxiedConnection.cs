using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>One connection through a <see cref="LinkProxy"/>.</summary>
internal sealed class ProxiedConnection : IDisposable
{
    private const int ChunkBytes = 32 * 1024;

    /// <summary>Chunks under way in one direction; beyond them the sender is held back, as by a full window.</summary>
    private const int MaxChunks = 64;

    private readonly Socket _client;
    private readonly LinkProxy _link;
    private readonly Socket _target = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkConditions _conditions;
    private bool _isAbandoned;
    private volatile bool _isLeft;

    public ProxiedConnection(Socket client, LinkProxy link)
    {
        (_client, _link, _conditions) = (client, link, link.Conditions);
        _client.NoDelay = true;
    }

    /// <summary>True while both ends believe in a connection that carries nothing.</summary>
    public bool IsBelievedIn
    {
        get
        {
            lock (_gate)
            {
                return _isAbandoned && !_isLeft;
            }
        }
    }

    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is gone already.
        }

        socket.Dispose();
    }

    public void Follow(LinkConditions conditions) => Change(() => _conditions = conditions);

    public void Abandon() => Change(() => _isAbandoned = true);

    public void Reset() => _ended.Cancel();

    public async Task RunAsync(int targetPort)
    {
        try
        {
            await _target.ConnectAsync(IPAddress.Loopback, targetPort, _ended.Token);
            await Task.WhenAll(CarryAsync(_client, _target, isRequests: true), CarryAsync(_target, _client, isRequests: false));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end is gone, or the link was cut; both ends learn of it below.
        }
        finally
        {
            _ended.Cancel();
            Dispose();
        }
    }

    public void Dispose()
    {
        Reset(_client);
        Reset(_target);
    }

    private async Task CarryAsync(Socket from, Socket to, bool isRequests)
    {
        var underWay = Channel.CreateBounded<(long Read, byte[] Bytes)>(MaxChunks);
        var reading = ReadAsync(from, underWay.Writer, isRequests);
        try
        {
            await foreach (var (read, bytes) in underWay.Reader.ReadAllAsync(_ended.Token))
            {
                await WaitUntilItFlowsAsync(isRequests);
                var late = _conditions.Delay - Stopwatch.GetElapsedTime(read);
                if (late > TimeSpan.Zero)
                {
                    await Task.Delay(late, TimeProvider.System, _ended.Token);
                }

                await SendAsync(to, bytes, isRequests);
            }

            await WaitUntilItFlowsAsync(isRequests);
            to.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            // One direction that breaks takes the other with it.
            if (!reading.IsCompletedSuccessfully)
            {
                _ended.Cancel();
            }

            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(long Read, byte[] Bytes)> underWay, bool isRequests)
    {
        try
        {
            var buffer = new byte[ChunkBytes];
            while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and var count)
            {
                await underWay.WriteAsync((Stopwatch.GetTimestamp(), buffer[..count]), _ended.Token);
            }

            _isLeft = true;
            underWay.Complete();
        }
        catch (Exception exception)
        {
            // Nor does a reset get through where nothing does.
            _isLeft = true;
            await WaitUntilItFlowsAsync(isRequests);
            underWay.Complete(exception);
            throw;
        }
    }

    private async Task SendAsync(Socket to, byte[] bytes, bool isRequests)
    {
        var count = isRequests ? _link.Pass(bytes.Length) : bytes.Length;
        for (var sent = 0; sent < count;)
        {
            sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), _ended.Token);
        }

        if (count < bytes.Length)
        {
            // What was sent arrives; the rest never does.
            to.Shutdown(SocketShutdown.Send);
            _link.Cut();
        }
    }

    private async Task WaitUntilItFlowsAsync(bool isRequests)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_isAbandoned && !(isRequests ? _conditions.HoldsRequests : _conditions.HoldsAnswers))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(_ended.Token);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
