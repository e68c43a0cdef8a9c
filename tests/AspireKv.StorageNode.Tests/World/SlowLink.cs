using System.Net;
using System.Net.Sockets;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>
/// Stands between who dials and a listener, and lets so many bytes a second through from the one to the other; answers go back as fast as
/// they come. It takes in little more than it lets through, as a network does.
/// </summary>
internal sealed class SlowLink : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly IPEndPoint _target;
    private readonly int _bytesPerSecond;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private long _passed;

    public SlowLink(IPEndPoint target, int bytesPerSecond)
    {
        (_target, _bytesPerSecond) = (target, bytesPerSecond);

        // Set before it listens, so that every connection has it from its first packet on.
        _listener.ReceiveBufferSize = BufferBytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _running = RunAsync();
    }

    /// <summary>Where to dial in the place of the target.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The bytes that went to the target.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync(_stopping.Token);
                using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await target.ConnectAsync(_target, _stopping.Token);
                await Task.WhenAny(PassAsync(client, target, _bytesPerSecond), PassAsync(target, client, int.MaxValue));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed, or one end is gone.
        }
    }

    private async Task PassAsync(Socket from, Socket to, int bytesPerSecond)
    {
        var buffer = new byte[BufferBytes / 8];
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var (start, sent) = (TimeProvider.System.GetTimestamp(), 0L);
        while (await from.ReceiveAsync(buffer, _stopping.Token) is var count and > 0)
        {
            if (bytesPerSecond < int.MaxValue)
            {
                // Time in which nothing came is not made up for, but for a moment of it.
                var due = (long)(TimeProvider.System.GetElapsedTime(start).TotalSeconds * bytesPerSecond);
                sent = Math.Max(sent, due - (bytesPerSecond / 50)) + count;
                while (sent > TimeProvider.System.GetElapsedTime(start).TotalSeconds * bytesPerSecond)
                {
                    await pace.WaitForNextTickAsync(_stopping.Token);
                }

                Interlocked.Add(ref _passed, count);
            }

            await to.SendAsync(buffer.AsMemory(0, count), _stopping.Token);
        }
    }
}
