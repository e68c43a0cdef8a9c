using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>An HTTP/1.1 connection that sends exactly the bytes it is given: clients tidy up what these tests are about.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient _client = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public RawConnection(Uri address)
    {
        _client.NoDelay = true;
        _client.Connect(address.Host, address.Port);
    }

    public async Task SendAsync(string head, byte[]? body = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head), .. body ?? []];
        await _client.GetStream().WriteAsync(bytes, patience.Token);
    }

    /// <summary>Sends a request in good form with the target as it stands.</summary>
    public async Task<RawResponse> RequestAsync(string method, string target, string headers = "", byte[]? body = null)
    {
        var length = body is null ? "" : $"Content-Length: {body.Length}\r\n";
        await SendAsync($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n", body);
        return await ReadAsync(hasBody: method != "HEAD");
    }

    public async Task<RawResponse> ReadAsync(bool hasBody = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        var lines = new List<string>();
        while (await ReadLineAsync(patience.Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        Assert.True(lines.Count > 0, "The connection ended before an answer came.");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        return new RawResponse(status, headers, hasBody ? await ReadBytesAsync(length, patience.Token) : []);
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (await FillAsync(cancellationToken))
        {
            var character = (char)_buffer[_start++];
            if (character == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(character);
        }

        return line.ToString();
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && await FillAsync(cancellationToken))
        {
            var taken = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(bytes.AsSpan(read));
            _start += taken;
            read += taken;
        }

        Assert.Equal(count, read);
        return bytes;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await _client.GetStream().ReadAsync(_buffer, cancellationToken);
        }

        return _end > 0;
    }
}

internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
