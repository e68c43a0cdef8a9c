using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.OverloadBench;

/// <summary>
/// Clients that announce a large value and send it a little faster than the gateway's least pace, for as long as they are let.
/// </summary>
internal sealed class SlowClients : IDisposable
{
    private const int ValueBytes = 1 << 20;
    private const int ClientsPerAddress = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly byte[] Piece = new byte[1_024];

    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private int _sending;
    private int _refused;
    private int _cut;

    public SlowClients(OverloadSettings settings, string token, int count)
    {
        var gateway = new IPEndPoint(IPAddress.Parse(settings.Gateway.Host), settings.Gateway.Port);
        var headers = Encoding.ASCII.GetBytes(
            $"PUT /v1/kv/default/slow HTTP/1.1\r\nHost: {settings.Gateway.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: text/plain\r\nContent-Length: {ValueBytes}\r\n\r\n");
        _clients =
        [
            .. Enumerable.Range(0, count)
                .Select(i => new IPAddress([127, 0, 1, (byte)(1 + (i / ClientsPerAddress))]))
                .Select(from => Task.Run(() => SendAsync(gateway, from, headers))),
        ];
    }

    /// <summary>How many send now, how many were refused with an answer, and how many were cut off without one.</summary>
    public (int Sending, int Refused, int Cut) Counts =>
        (Volatile.Read(ref _sending), Volatile.Read(ref _refused), Volatile.Read(ref _cut));

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll(_clients);
        _stop.Dispose();
    }

    private async Task SendAsync(IPEndPoint gateway, IPAddress from, byte[] headers)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Interlocked.Increment(ref _sending);
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(gateway, _stop.Token);
            await socket.SendAsync(headers, _stop.Token);
            using var timer = new PeriodicTimer(Pause);
            for (var sent = 0; sent < ValueBytes; sent += Piece.Length)
            {
                await timer.WaitForNextTickAsync(_stop.Token);
                if (socket.Available > 0)
                {
                    Interlocked.Increment(ref _refused);
                    return;
                }

                await socket.SendAsync(Piece, _stop.Token);
            }
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _cut);
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }
}
