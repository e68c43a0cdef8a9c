using System.Net;
using System.Runtime.InteropServices;
using AspireKv.ServiceDefaults.Listening;
using Microsoft.Extensions.Options;

namespace AspireKv.Auth.Accounts;

/// <summary>
/// Lets a few passwords be hashed at a time, and a bounded number wait. One address has at most half of the places, so that it cannot keep
/// everybody else waiting outside; whoever is welcome has places that strangers never take, and goes before all strangers that wait.
/// Thread-safe.
/// </summary>
internal sealed class HashingQueue(IOptions<LoginOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>
    /// So long a login waits for its turn, and then is told that there are too many. The gateway gives a login up after 4.5 s, which looks
    /// like a service that cannot be reached; the difference is for the hash itself.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _hashing = new(options.Value.ConcurrentHashes);

    /// <summary>
    /// What strangers pass first, and keep until they are done: so no more of them than are hashed at a time ever wait for
    /// <see cref="_hashing"/>, and whoever is welcome waits behind those alone.
    /// </summary>
    private readonly SemaphoreSlim _strangers = new(options.Value.ConcurrentHashes);

    private readonly int _places = options.Value.ConcurrentHashes + options.Value.QueuedHashes;
    private readonly Lock _gate = new();

    /// <summary>Places taken by group of addresses, each above zero. Guarded by <see cref="_gate"/>.</summary>
    private readonly Dictionary<IPNetwork, int> _byGroup = [];

    /// <summary>Places taken. Guarded by <see cref="_gate"/>.</summary>
    private int _taken;

    /// <summary>Takes a place, or says that there is none.</summary>
    public bool TryEnter(IPAddress address, bool isWelcome)
    {
        var groups = AddressGroups.Of(address);
        lock (_gate)
        {
            if (_taken >= (isWelcome ? 2 * _places : _places)
                || (!isWelcome && groups.Any(group => _byGroup.GetValueOrDefault(group) >= Math.Max(1, _places / 2))))
            {
                return false;
            }

            _taken++;
            foreach (var group in groups)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_byGroup, group, out _)++;
            }

            return true;
        }
    }

    /// <summary>Runs the work once it is its turn; null where that does not come in time.</summary>
    public async Task<T?> RunAsync<T>(Func<T> work, bool isWelcome, CancellationToken cancellationToken)
        where T : struct
    {
        using var patience = new CancellationTokenSource(LongestWait, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await (isWelcome ? HashAsync(work, end.Token) : HashAsStrangerAsync(work, end.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Gives the place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _taken--;
            foreach (var group in AddressGroups.Of(address))
            {
                if (--CollectionsMarshal.GetValueRefOrAddDefault(_byGroup, group, out _) == 0)
                {
                    _byGroup.Remove(group);
                }
            }
        }
    }

    public void Dispose()
    {
        _hashing.Dispose();
        _strangers.Dispose();
    }

    private async Task<T> HashAsStrangerAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _strangers.WaitAsync(cancellationToken);
        try
        {
            return await HashAsync(work, cancellationToken);
        }
        finally
        {
            _strangers.Release();
        }
    }

    private async Task<T> HashAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _hashing.Release();
        }
    }
}
