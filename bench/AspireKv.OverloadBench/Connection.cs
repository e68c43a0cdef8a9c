using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.OverloadBench;

/// <summary>One connection of HTTP/1.1 with one request at a time, written by hand: the load shall cost as little as it can.</summary>
internal sealed class Connection(IPEndPoint gateway, IPAddress from) : IDisposable
{
    private static readonly byte[] HeadersEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[4_096];
    private bool _isOpen;

    /// <summary>When the request under way was due, in ticks of the monotonic clock; 0 for none.</summary>
    public long DueAt { get; set; }

    /// <exception cref="SocketException">The connection broke, or could not be made.</exception>
    /// <exception cref="ObjectDisposedException">It was closed meanwhile.</exception>
    public async Task<Ending> SendAsync(byte[] request)
    {
        if (!_isOpen)
        {
            _socket.Bind(new IPEndPoint(from, 0));
            await _socket.ConnectAsync(gateway);
            _isOpen = true;
        }

        await _socket.SendAsync(request);
        var (count, length) = (0, int.MaxValue);
        while (count < length)
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(count));
            if (read == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            count += read;
            if (length == int.MaxValue && _received.AsSpan(0, count).IndexOf(HeadersEnd) is var end and >= 0)
            {
                length = end + HeadersEnd.Length + ContentLength(Encoding.ASCII.GetString(_received, 0, end));
            }
        }

        return EndingOf(int.Parse(_received.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    public void Dispose() => _socket.Dispose();

    private static int ContentLength(string headers)
    {
        const string Name = "\r\nContent-Length: ";
        var at = headers.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        var line = at < 0 ? default : headers.AsSpan(at + Name.Length);
        return at < 0 ? 0 : int.Parse(line[..(line.IndexOf('\r') is var end and >= 0 ? end : line.Length)], CultureInfo.InvariantCulture);
    }

    private static Ending EndingOf(int status) => status switch
    {
        >= 200 and < 300 => Ending.Good,
        429 or 503 => Ending.Refused,
        _ => Ending.Failed,
    };
}
