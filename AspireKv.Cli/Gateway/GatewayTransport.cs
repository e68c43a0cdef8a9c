using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AspireKv.Cli.Output;

namespace AspireKv.Cli.Gateway;

/// <summary>
/// Carries one request to the gateway and its answer back. It tells what was certainly not sent from what may have been: each request has
/// one connection and each connection one request, so that nobody sends an order again for us, and no proxy stands between.
/// </summary>
internal sealed class GatewayTransport : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private const string TopologyHeader = "AspireKv-Topology";

    /// <summary>Set once a request has its connection.</summary>
    private static readonly HttpRequestOptionsKey<bool> HasConnection = new(nameof(HasConnection));

    private readonly Uri _gateway;
    private readonly TimeSpan _connectTimeout;
    private readonly HttpClient _http;

    /// <param name="gateway">The address of the gateway; it ends with a slash.</param>
    /// <param name="connectTimeout">How long it may take until there is a connection.</param>
    /// <param name="timeout">How long one request may take in all.</param>
    public GatewayTransport(Uri gateway, TimeSpan connectTimeout, TimeSpan timeout)
    {
        _gateway = gateway;
        _connectTimeout = connectTimeout;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        })
        {
            BaseAddress = gateway,
            Timeout = timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <param name="request">What is sent.</param>
    /// <param name="token">The access token, or null where none is needed.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <exception cref="CommandFailedException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended, and the request changes nothing.</exception>
    public async Task<GatewayAnswer> SendAsync(GatewayRequest request, string? token, CancellationToken cancellationToken)
    {
        using var message = Message(request, token);
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            return new GatewayAnswer(
                request,
                response.StatusCode,
                await response.Content.ReadAsStringAsync(cancellationToken),
                response.Headers.TryGetValues(TopologyHeader, out var values) ? string.Join(", ", values) : null);
        }
        catch (HttpRequestException exception) when (WasNotSent(message, exception))
        {
            var reason = exception.InnerException is SocketException cause ? cause.Message : exception.Message;
            throw new CommandFailedException(
                ExitCode.NotReachable, $"no gateway is reached at {_gateway} ({reason}); nothing was sent.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswer(request, $"the gateway did not answer within {_http.Timeout.TotalSeconds} s", exception);
        }
        catch (OperationCanceledException exception) when (request.IsOrder)
        {
            throw NoAnswer(request, "the wait for the answer was interrupted", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw NoAnswer(request, $"the connection to {_gateway} broke before the answer came", exception);
        }
    }

    private static HttpRequestMessage Message(GatewayRequest request, string? token)
    {
        var message = new HttpRequestMessage(request.Method, request.Path);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));
        message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (request.IfMatch is { } generation)
        {
            message.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{generation}\""));
        }

        if (request.Body is { } body)
        {
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return message;
    }

    /// <summary>
    /// Connects once for each request: the handler sends one without a body again, up to three times, when its connection was closed
    /// without an answer. The time-out is our own, since that of the handler looks like the one of the whole request.
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var options = context.InitialRequestMessage.Options;
        if (options.TryGetValue(HasConnection, out _))
        {
            throw new IOException("A request is sent once.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_connectTimeout);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, patience.Token);
            options.Set(HasConnection, true);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut, $"no connection within {_connectTimeout.TotalSeconds} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool WasNotSent(HttpRequestMessage message, HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.SecureConnectionError || !message.Options.TryGetValue(HasConnection, out _);

    private static CommandFailedException NoAnswer(GatewayRequest request, string what, Exception cause) => request.IsOrder
        ? new CommandFailedException(
            ExitCode.Unknown,
            $"outcome_unknown: {what}; the order may have been carried out. "
            + "Look with 'akv cluster status', or give it again: that changes nothing twice.",
            cause)
        : new CommandFailedException(ExitCode.NotReachable, $"{what}; nothing was changed.", cause);
}
