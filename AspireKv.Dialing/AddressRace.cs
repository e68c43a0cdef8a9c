using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Hedging;

namespace AspireKv.Dialing;

/// <summary>
/// Reaches a party that has several addresses in the manner of "Happy Eyeballs" (RFC 8305): the addresses are tried in the order given,
/// each a little after the one before it, or at once when that one failed. The first attempt that succeeds counts, the others are given
/// up. So an address that says nothing costs a quarter of a second, and not all the time there is. Thread-safe.
/// </summary>
/// <param name="time">What the pauses are measured by.</param>
/// <param name="lookUp">
/// Finds the addresses of a host, in the order in which they are to be tried; by default the system's resolver.
/// </param>
public sealed class AddressRace(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
{
    /// <summary>So many addresses are tried, the first ones.</summary>
    public const int MaxAddresses = 8;

    /// <summary>The pause that the RFC recommends between two attempts.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp = lookUp ?? Dns.GetHostAddressesAsync;

    /// <summary>Tries all addresses until one attempt succeeds.</summary>
    /// <typeparam name="T">What an attempt makes; disposed when another attempt was first.</typeparam>
    /// <param name="endPoints">Where the party may be, the preferred place first. A name stands for all its addresses.</param>
    /// <param name="attempt">Tries one address.</param>
    /// <param name="timeLimit">
    /// How long the caller will wait: where it is short, the pauses are so short that even the last address has half of it.
    /// </param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="AllAddressesFailedException">Every address failed.</exception>
    /// <exception cref="NoAnswerException">Cancelled before an attempt succeeded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the addresses of a name were known.</exception>
    public async Task<T> RunAsync<T>(
        IReadOnlyList<EndPoint> endPoints,
        Func<EndPoint, CancellationToken, Task<T>> attempt,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
        where T : class, IAsyncDisposable
    {
        ArgumentNullException.ThrowIfNull(endPoints);

        var found = await Task.WhenAll(endPoints.Select(endPoint => FindAsync(endPoint, cancellationToken)));
        var field = new RaceField<T>(
            [.. found.SelectMany(each => each.Addresses).Distinct().Take(MaxAddresses)],
            [.. found.Select(each => each.Fault).OfType<Exception>()],
            attempt);
        if (field.Addresses.Count == 0)
        {
            throw field.Failure(cancellationToken);
        }

        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            var outcome = await CreatePipeline(field, PauseFor(field.Addresses.Count, timeLimit)).ExecuteOutcomeAsync(
                static (context, field) => field.TryNextAsync(context.CancellationToken), context, field);
            return outcome.Result ?? throw field.Failure(cancellationToken);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static TimeSpan PauseFor(int addresses, TimeSpan timeLimit) =>
        timeLimit / (2 * addresses) is var pause && pause < LongestPause ? pause : LongestPause;

    private ResiliencePipeline<T> CreatePipeline<T>(RaceField<T> field, TimeSpan pause)
        where T : class, IAsyncDisposable =>
        new ResiliencePipelineBuilder<T> { TimeProvider = time }
            .AddHedging(new HedgingStrategyOptions<T>
            {
                Delay = pause,
                MaxHedgedAttempts = MaxAddresses,
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is not null && !arguments.Context.CancellationToken.IsCancellationRequested),
                ActionGenerator = arguments =>
                    field.IsExhausted ? null : () => field.TryNextAsync(arguments.ActionContext.CancellationToken),
            })
            .Build();

    /// <summary>The addresses behind the end point. A name that leads nowhere must not keep others from being tried.</summary>
    private async Task<(IEnumerable<EndPoint> Addresses, Exception? Fault)> FindAsync(
        EndPoint endPoint, CancellationToken cancellationToken)
    {
        if (endPoint is not DnsEndPoint name)
        {
            return ([endPoint], null);
        }

        try
        {
            var addresses = await _lookUp(name.Host, cancellationToken);
            return addresses.Length > 0
                ? (addresses.Select(address => new IPEndPoint(address, name.Port)), null)
                : ([], new IOException($"{name.Host}: it has no address"));
        }
        catch (SocketException exception)
        {
            return ([], new IOException($"{name.Host}: {exception.Message}", exception));
        }
    }
}
