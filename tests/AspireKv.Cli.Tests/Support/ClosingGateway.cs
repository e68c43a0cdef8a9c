using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AspireKv.Cli.Tests.Support;

/// <summary>
/// Answers each GET on a connection that it would keep, and closes the connection in order, without an answer, for everything else: a
/// client that repeats what a kept connection did not answer shows itself.
/// </summary>
internal sealed class ClosingGateway : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _body;
    private readonly Task _serving;
    private int _orders;

    /// <param name="body">What each GET is answered with.</param>
    public ClosingGateway(string body)
    {
        _body = body;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many requests came that were no GET.</summary>
    public int Orders => Volatile.Read(ref _orders);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Eventually.CompletesAsync(_serving, "the listener ends");
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        try
        {
            while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } requestLine)
            {
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
                {
                }

                if (!requestLine.StartsWith("GET ", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _orders);
                    return;
                }

                var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {_body.Length}\r\n\r\n{_body}";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone, or the test has ended.
        }
    }
}
