using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AspireKv.AccessTokens;

/// <summary>
/// Remembers a bounded number of tokens that one key set has validated; a lookup takes no lock and allocates nothing.
/// Only validated tokens come in, so nobody without a valid token can push others out. The oldest goes first: tokens
/// live about equally long, so the oldest is the one that expires next.
/// </summary>
internal sealed class ValidatedTokenCache
{
    private readonly int _capacity;
    private readonly ConcurrentDictionary<byte[], ValidatedAccessToken> _tokens = new(new TokenBytesComparer());
    private readonly ConcurrentDictionary<byte[], ValidatedAccessToken>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Holds each cached token once, oldest first. Guarded by <see cref="_gate"/>.</summary>
    private readonly Queue<ValidatedAccessToken> _order = new();
    private readonly Lock _gate = new();

    public ValidatedTokenCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _lookup = _tokens.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>Finds a token whether it has expired or not: the caller knows the time.</summary>
    public bool TryGet(ReadOnlySpan<byte> token, [MaybeNullWhen(false)] out ValidatedAccessToken validated) =>
        _lookup.TryGetValue(token, out validated);

    /// <summary>Adds a token, and drops what expired before <paramref name="expiredBefore"/> and what no longer fits.</summary>
    public void Add(ValidatedAccessToken token, DateTimeOffset expiredBefore)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (_order.Count >= _capacity || oldest.ExpiresAt < expiredBefore))
            {
                _order.Dequeue();
                _tokens.TryRemove(oldest.Key, out _);
            }

            if (_tokens.TryAdd(token.Key, token))
            {
                _order.Enqueue(token);
            }
        }
    }
}
