using System.Net;
using System.Net.Sockets;
using Polly;

namespace AspireKv.Dialing;

/// <summary>The addresses of one race, in their order, and what became of those that were tried.</summary>
/// <param name="addresses">What can be tried.</param>
/// <param name="faults">What is wrong with end points behind which there is no address.</param>
/// <param name="attempt">Tries one address.</param>
internal sealed class RaceField<T>(
    IReadOnlyList<EndPoint> addresses, IReadOnlyList<Exception> faults, Func<EndPoint, CancellationToken, Task<T>> attempt)
{
    private readonly Exception?[] _causes = new Exception?[addresses.Count];
    private int _started;

    public IReadOnlyList<EndPoint> Addresses => addresses;

    /// <summary>True once every address was tried. The strategy starts one attempt after the other.</summary>
    public bool IsExhausted => Volatile.Read(ref _started) == addresses.Count;

    /// <summary>Tries the next address.</summary>
    public async ValueTask<Outcome<T>> TryNextAsync(CancellationToken cancellationToken)
    {
        var index = Interlocked.Increment(ref _started) - 1;
        try
        {
            return Outcome.FromResult(await attempt(addresses[index], cancellationToken));
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Volatile.Write(ref _causes[index], exception);
            }

            return Outcome.FromException<T>(exception);
        }
    }

    /// <summary>Why the race has no winner: one line that names every address.</summary>
    public Exception Failure(CancellationToken cancellationToken)
    {
        var fates = addresses.Zip(_causes, (address, cause) => $"{address}: {Describe(cause)}");
        var message = string.Join("; ", fates.Concat(faults.Select(fault => fault.Message)));
        return cancellationToken.IsCancellationRequested
            ? new NoAnswerException(message, cancellationToken)
            : new AllAddressesFailedException(message, [.. _causes.OfType<Exception>(), .. faults]);
    }

    private static string Describe(Exception? cause) => cause switch
    {
        null => "no answer",
        // The exception of a connect repeats the address.
        SocketException socket => new SocketException((int)socket.SocketErrorCode).Message,
        _ => cause.Message,
    };
}
