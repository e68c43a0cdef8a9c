using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AspireKv.AccessTokens;

/// <summary>
/// Keeps the auth service's public keys at hand. The keys are fetched at start and then at an interval; an unknown key id may ask for one
/// more fetch at once. Where that brings nothing new, the next such fetch waits for <see cref="AccessTokenOptions.UnknownKeyInterval"/>,
/// however many tokens ask. While auth cannot be reached the last good keys stay, so that data keeps flowing.
/// </summary>
internal sealed class AccessTokenKeySource(
    IHttpClientFactory httpClients,
    IOptions<AccessTokenOptions> options,
    TimeProvider time,
    AccessTokenMetrics metrics,
    ILogger<AccessTokenKeySource> logger) : BackgroundService
{
    public const string HttpClientName = "access-token-keys";

    /// <summary>Sixteen RSA-4096 keys with every member are below 32 KiB.</summary>
    private const int MaxDocumentBytes = 64 * 1024;

    /// <summary>Without any keys nothing can be served: ask often, as auth is usually about to start.</summary>
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestFirstRetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>The pause after a fetch that did bring other keys: they may have changed again.</summary>
    private static readonly TimeSpan AfterChange = TimeSpan.FromSeconds(1);

    private readonly AccessTokenOptions _options = options.Value;
    private readonly ClockComparison _clocks = new(options.Value, time, logger);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    /// <summary>The fetch under way or the last one. Guarded by <see cref="_gate"/>.</summary>
    private Task<bool>? _fetch;

    /// <summary>When the last fetch for an unknown key id began; null while there was none. Guarded by <see cref="_gate"/>.</summary>
    private long? _searched;

    /// <summary>How long the next one has to wait from then on. Guarded by <see cref="_gate"/>.</summary>
    private TimeSpan _searchPause;

    /// <summary>Fetches that failed since the last that did not. Only the one fetch under way touches it.</summary>
    private int _failures;

    private volatile AccessTokenKeySet? _current;

    /// <summary>The last good keys; null until the first fetch succeeded.</summary>
    public AccessTokenKeySet? Current => _current;

    /// <summary>
    /// The current keys, fetched once more before if they lack <paramref name="keyId"/> and a fetch is due. Null when there are none,
    /// after the end of the fetch that is under way, if one is.
    /// </summary>
    public async ValueTask<AccessTokenKeySet?> GetWithAsync(string keyId, CancellationToken cancellationToken)
    {
        var current = _current;
        if (current?.Find(keyId) is not null)
        {
            return current;
        }

        var fetch = current is null ? RunningFetch() : JoinFetch(onlyWhenDue: true);
        if (fetch is not null)
        {
            await fetch.WaitAsync(cancellationToken);
        }

        return _current;
    }

    /// <summary>
    /// Compares the clock of the auth service with this machine's by a token that it signed: between two fetches nothing else tells.
    /// </summary>
    /// <param name="signedAt">A time in the token that its issuer held to be past.</param>
    public void CompareClocks(DateTimeOffset signedAt) => _clocks.Compare(signedAt);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _stopping.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retryDelay = FirstRetryDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            var fetch = JoinFetch(onlyWhenDue: false)!;
            var fetched = await fetch.WaitAsync(stoppingToken);
            var delay = fetched ? _options.RefreshInterval : _options.UnknownKeyInterval;
            if (!fetched && _current is null)
            {
                delay = retryDelay;
                retryDelay = retryDelay * 2 < LongestFirstRetryDelay ? retryDelay * 2 : LongestFirstRetryDelay;
            }

            await Task.Delay(delay, time, stoppingToken);
        }
    }

    private Task<bool>? RunningFetch()
    {
        lock (_gate)
        {
            return _fetch is { IsCompleted: false } running ? running : null;
        }
    }

    /// <summary>At most one fetch runs at a time; whoever comes meanwhile waits for that one.</summary>
    private Task<bool>? JoinFetch(bool onlyWhenDue)
    {
        lock (_gate)
        {
            if (_fetch is { IsCompleted: false } running)
            {
                return running;
            }

            if (onlyWhenDue)
            {
                if (_searched is { } before && time.GetElapsedTime(before) < _searchPause)
                {
                    return null;
                }

                _searched = time.GetTimestamp();
                _searchPause = _options.UnknownKeyInterval;
            }

            var fetch = Task.Run(FetchAsync);
            _fetch = fetch;
            return fetch;
        }
    }

    private async Task<bool> FetchAsync()
    {
        try
        {
            var fetched = AccessTokenKeySet.Parse(await DownloadAsync(), _options.CacheCapacity);
            metrics.KeysFetched("success");
            _failures = 0;
            if (_current is not { } current || !current.HasSameKeysAs(fetched))
            {
                _current = fetched;
                lock (_gate)
                {
                    _searchPause = AfterChange;
                }

                Log.KeysChanged(logger, string.Join(' ', fetched.KeyIds));
            }

            return true;
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            metrics.KeysFetched("failure");
            Log.FetchFailed(
                logger,
                _failures++ == 0 ? LogLevel.Warning : LogLevel.Debug,
                _options.JwksUri,
                exception is OperationCanceledException ? "no answer in time" : exception.Message,
                _current is null ? "there are none yet" : "earlier ones stay in use");
            return false;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private async Task<byte[]> DownloadAsync()
    {
        using var timeout = new CancellationTokenSource(_options.FetchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        using var client = httpClients.CreateClient(HttpClientName);
        using var response = await client.GetAsync(_options.JwksUri, HttpCompletionOption.ResponseHeadersRead, either.Token);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"the answer was {(int)response.StatusCode}");
        }

        _clocks.Compare(response.Headers.Date);
        await using var body = await response.Content.ReadAsStreamAsync(either.Token);
        var buffer = new byte[MaxDocumentBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
        return read <= MaxDocumentBytes
            ? buffer[..read]
            : throw new HttpRequestException($"the answer is longer than {MaxDocumentBytes} bytes");
    }
}
